// todo: nothing but a start of TodoCLI, so that the program can be linked for itself and the tests of the module too.

import TodoCLI

await Program.main()
