import HTTPTypes
import Hummingbird
import NIOCore

/// The pages of `/unsubscribe`: for people who come from a mail, maybe long after, without a login. No script, nothing loaded.
enum UnsubscribePage {
    static let question = page(
        "Stop the daily digest?",
        """
        <p>You get one mail a day that tells what is due.</p>
        <form method="post"><button name="List-Unsubscribe" value="One-Click">Stop the digest</button></form>
        """)

    static let stopped = page(
        "The daily digest is off",
        """
        <p>You will get no more of these mails. Your tasks stay as they are.</p>
        <p>To have it again, turn the digest on in your account (<code>PATCH /me</code>, <code>digest_enabled</code>).</p>
        """)

    static let badLink = page(
        "This link is not good",
        """
        <p>Maybe a part of it got lost on the way. Copy the whole link from the mail, or log in and turn the digest off in your
        account.</p>
        """)

    static let noAccount = page("This account is gone", "<p>It gets no more mails.</p>")

    /// The page as an answer, with the one policy that allows its own styles.
    static func response(_ page: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }

    /// The hash is that of what stands between the style tags.
    private static let policy = """
        default-src 'none'; style-src 'sha256-xyrNRg1ZDCfoFRbsHesOVrMib3UDfzg7HxKvd4hIekA='; form-action 'self'; base-uri 'none'; \
        frame-ancestors 'none'
        """

    private static let style = """
        :root{color-scheme:light dark}body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem}\
        h1{font-size:1.6rem;line-height:1.3}button{font:inherit;padding:.6rem 1.4rem;border-radius:.5rem;border:1px solid;\
        cursor:pointer}
        """

    private static func page(_ title: String, _ body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>\(title)</title>
        <style>\(style)</style>
        </head>
        <body>
        <main>
        <h1>\(title)</h1>
        \(body)
        </main>
        </body>
        </html>

        """
    }
}
