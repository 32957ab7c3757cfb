// @ts-check
// Shows openapi.json, which lies beside this page, and lets one try each operation. It asks no other address.

/** An element with attributes, listeners (`onclick`), and children. No markup is ever parsed. */
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return made;
};
const find = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
const METHODS = ["get", "post", "put", "patch", "delete"];
let api;

// MARK: The token

const TOKEN = "todo.docs.token", EMAIL = "todo.docs.email";
const token = () => sessionStorage.getItem(TOKEN);

const keep = (value, email) => {
  if (value) {
    sessionStorage.setItem(TOKEN, value);
    sessionStorage.setItem(EMAIL, email);
  } else sessionStorage.clear();
  showToken();
};

const showToken = () => {
  const isIn = token() !== null;
  find("who").textContent = isIn ? sessionStorage.getItem(EMAIL) : "";
  find("log-in").hidden = isIn;
  find("log-out").hidden = find("copy-token").hidden = !isIn;
};

const logIn = async (event) => {
  event.preventDefault();
  const fault = find("login-fault"), email = find("email").value;
  fault.hidden = true;
  try {
    const answer = await fetch(address("/auth/login"), {
      method: "POST", headers: { "Content-Type": "application/json" }, credentials: "omit",
      body: JSON.stringify({ email, password: find("password").value }),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.detail ?? `The server answered ${answer.status}.`);
    keep(json.access_token, email);
    find("login-form").reset();
    find("login-dialog").close();
  } catch (error) {
    fault.textContent = error instanceof TypeError ? "Can’t reach the server." : error.message;
    fault.hidden = false;
  }
};

// MARK: Schemas

/** What a reference stands for; anything else as it is. */
const resolve = (value) =>
  value?.$ref ? value.$ref.slice(2).split("/").reduce((at, key) => at[key], api) : value;

/** What a schema takes, in a few words; names of schemas are links. */
const typeOf = (schema) => {
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return [element("a", { href: `#schema-${name}` }, name)];
  }
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.flatMap((each, index) => (index ? [" or ", ...typeOf(each)] : typeOf(each)));
  if (schema.const !== undefined) return [element("code", {}, JSON.stringify(schema.const))];
  const words = schema.enum
    ? schema.enum.flatMap((each, index) => [index ? ", " : "one of ", element("code", {}, each)])
    : [schema.type ?? "anything"].flat().flatMap((type, index) => {
      const joint = index ? [" or "] : [];
      if (type === "array") return [...joint, "array of ", ...typeOf(schema.items ?? {})];
      return [...joint, type === "string" && schema.format ? `string, ${schema.format}` : type];
    });
  const limits = limitsOf(schema);
  return limits ? [...words, `; ${limits}`] : words;
};

const limitsOf = (schema) => {
  const range = (low, high, unit) => {
    if (low === undefined && high === undefined) return [];
    if (low === undefined) return [`at most ${high}${unit}`];
    if (high === undefined) return [`at least ${low}${unit}`];
    return [low === high ? `${low}${unit}` : `${low}–${high}${unit}`];
  };
  return [
    ...range(schema.minimum, schema.maximum, ""),
    ...range(schema.minLength, schema.maxLength, " characters"),
    ...range(schema.minItems, schema.maxItems, " items"),
    ...(schema.default === undefined ? [] : [`default ${schema.default}`]),
    // Long patterns say less than the words beside them.
    ...(schema.pattern && schema.pattern.length < 30 ? [schema.pattern] : []),
  ].join("; ");
};

const described = (name, schema, description, required) =>
  element("li", {},
    element("span", { class: "name" }, name), " ", element("span", { class: "type" }, typeOf(schema)), " ",
    required && element("span", { class: "required" }, "required"),
    description && element("p", { class: "hint" }, marked(description)));

/** Text in which `…` is code. */
const marked = (text) => text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));

const propertiesOf = (schema) =>
  element("ul", { class: "fields" }, Object.entries(schema.properties ?? {}).map(([name, property]) =>
    described(name, property, property.description, schema.required?.includes(name))));

// MARK: What an operation takes and answers

const about = (operation, parameters) =>
  element("div", { class: "about" },
    operation.description && element("p", {}, marked(operation.description)),
    parameters.length > 0 && section("Parameters", element("ul", { class: "fields" }, parameters.map((each) =>
      described(each.in === "query" ? each.name : `${each.name} (${each.in})`, each.schema, each.description, each.required)))),
    operation.requestBody && section("Body", element("ul", { class: "fields" },
      Object.entries(operation.requestBody.content).map(([type, media]) => described(type, media.schema)))),
    section("Answers", element("ul", { class: "fields" }, Object.entries(operation.responses).map(answer))));

const section = (title, ...children) => element("section", {}, element("h4", {}, title), ...children);

const answer = ([status, reference]) => {
  const response = resolve(reference);
  const headers = Object.keys(response.headers ?? {}).filter((name) => name !== "X-Request-Id");
  return element("li", {},
    element("span", { class: `status ${status < "300" ? "good" : status < "400" ? "" : "bad"}` }, status), " ", response.description,
    Object.entries(response.content ?? {}).map(([type, media]) =>
      element("p", { class: "hint" }, `${type}: `, typeOf(media.schema))),
    headers.length > 0 && element("p", { class: "hint" }, `Headers: ${headers.join(", ")}`));
};

// MARK: Trying it

/** The address of a path on the server that is chosen. */
const address = (path) => new URL(find("server").value.replace(/\/$/, "") + path, location.href).href;

/** A labelled control for one value. */
const field = (id, label, hint, control) => {
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return element("p", { class: "field" }, element("label", { for: id }, label), control,
    hint && element("span", { class: "hint", id: `${id}-hint` }, marked(hint)));
};

const choice = (values) => element("select", {}, values.map((value) => element("option", { value }, value === "" ? "—" : value)));

const control = (parameter) => {
  const schema = resolve(parameter.schema);
  const common = { required: parameter.required, autocomplete: "off", spellcheck: "false" };
  const values = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : undefined);
  if (values) return choice(parameter.required ? values : ["", ...values]);
  if (schema.type === "integer") {
    return element("input", { ...common, type: "number", min: schema.minimum, max: schema.maximum, placeholder: schema.default });
  }
  if (schema.format === "date") return element("input", { ...common, type: "date" });
  return element("input", { ...common, type: "text", value: parameter.example, placeholder: schema.type === "array" ? "one, two" : undefined });
};

const bodyText = (type, media) => {
  const example = media.example ?? {};
  return type.endsWith("json") ? JSON.stringify(example, null, 2) : new URLSearchParams(example).toString();
};

const tryIt = (method, path, operation, parameters) => {
  const id = (name) => `${operation.operationId}-${name}`;
  const controls = parameters.map((parameter) => ({ parameter, control: control(parameter) }));
  // What a text field can hold.
  const content = Object.entries(operation.requestBody?.content ?? {}).filter(([type]) => type !== "multipart/form-data");
  const bodyType = choice(content.map(([type]) => type));
  const body = element("textarea", { spellcheck: "false", rows: "8", autocapitalize: "none" });
  const answers = [...new Set(Object.entries(operation.responses).filter(([status]) => status < "300")
    .flatMap(([, response]) => Object.keys(resolve(response).content ?? {})))];
  const accept = choice(answers);
  const command = element("pre", { "aria-label": "The request as a command", tabindex: "0" });
  const result = element("div", { class: "result", role: "status" });
  const needsToken = (operation.security ?? api.security).length > 0;

  const request = () => {
    let filled = path;
    const query = new URLSearchParams(), headers = {};
    for (const { parameter, control } of controls) {
      const value = control.value.trim();
      if (parameter.in === "path") filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(value));
      else if (value === "") continue;
      else if (parameter.in === "header") headers[parameter.name] = value;
      else if (parameter.schema.type === "array") value.split(",").forEach((each) => query.append(parameter.name, each.trim()));
      else query.append(parameter.name, value);
    }
    if (answers.length > 1) headers.Accept = accept.value;
    if (content.length > 0) headers["Content-Type"] = bodyType.value;
    const search = query.toString();
    return { url: address(filled) + (search && `?${search}`), headers, body: content.length > 0 ? body.value : undefined };
  };

  const showCommand = () => {
    const { url, headers, body } = request();
    const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
    const parts = ["curl", method === "get" ? "" : `-X ${method.toUpperCase()} `, quoted(url)];
    const lines = [`${parts[0]} ${parts[1]}${parts[2]}`];
    // The token itself stays off the screen.
    if (needsToken) lines.push('-H "Authorization: Bearer $TOKEN"');
    for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
    if (body) lines.push(`--data-raw ${quoted(body)}`);
    command.textContent = lines.join(" \\\n  ");
  };

  const fill = () => {
    body.value = content.length > 0 ? bodyText(...content.find(([type]) => type === bodyType.value)) : "";
    showCommand();
  };

  // While a stream is open, the button ends it.
  let stream = null;
  const submit = async (event) => {
    event.preventDefault();
    if (stream) return stream.abort();
    if (send.getAttribute("aria-disabled") === "true") return;
    if (method === "delete" && !confirm(`Really send DELETE ${path}?`)) return;
    send.setAttribute("aria-disabled", "true");
    const { url, headers, body } = request();
    if (needsToken && token()) headers.Authorization = `Bearer ${token()}`;
    const start = performance.now();
    try {
      const ending = new AbortController();
      const response = await fetch(url, {
        method: method.toUpperCase(), headers, body, credentials: "omit", cache: "no-store", signal: ending.signal,
      });
      const time = performance.now() - start;
      if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
        stream = ending;
        send.textContent = "Stop";
        await readStream(response, (text) => show(result, response, text, time));
        return;
      }
      const text = await response.text();
      show(result, response, text, time);
      if (operation.operationId === "logIn" && response.ok) keep(JSON.parse(text).access_token, "logged in");
    } catch {
      result.replaceChildren(element("p", { class: "fault" }, "No answer: can’t reach the server."));
    } finally {
      stream = null;
      send.textContent = "Send";
      send.removeAttribute("aria-disabled");
    }
  };

  const send = element("button", { class: "primary", type: "submit" }, "Send");
  const copy = element("button", { type: "button", onclick: () => copied(copy, command.textContent) }, "Copy");
  const form = element("form", { onsubmit: submit, oninput: showCommand, onreset: () => queueMicrotask(fill) },
    controls.map(({ parameter, control }) => field(id(parameter.name), parameter.name, parameter.description, control)),
    content.length > 1 && field(id("type"), "Content-Type", "", bodyType),
    content.length > 0 && field(id("body"), "Body", "", body),
    answers.length > 1 && field(id("accept"), "Accept", "", accept),
    element("p", { class: "buttons" }, send, element("button", { type: "reset" }, "Reset")));
  bodyType.addEventListener("change", fill);
  find("server").addEventListener("change", showCommand);
  fill();
  return element("section", { class: "try" }, element("h4", {}, "Try it"), form, result,
    element("div", { class: "head" }, element("span", { class: "hint" }, "The same with curl"), copy), command);
};

/** Shows a stream as it comes, the last 100,000 characters of it, until it ends or is stopped. */
const readStream = async (response, show) => {
  let text = "";
  show(text);
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text = (text + chunk).slice(-100_000);
      show(text);
    }
  } catch { /* Stopped, or the connection is gone: what came is shown. */ }
};

const show = (result, response, text, milliseconds) => {
  const type = response.headers.get("content-type") ?? "";
  let shown = text;
  if (/json/.test(type)) {
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch { /* Shown as it came. */ }
  }
  const hint = response.status === 401 && !token() && "This needs a token: log in above.";
  result.replaceChildren(
    element("p", {}, element("span", { class: `status ${response.ok ? "good" : "bad"}` }, `${response.status} ${response.statusText}`),
      element("span", { class: "soft" }, ` in ${Math.round(milliseconds)} ms`)),
    hint ? element("p", { class: "fault" }, hint) : "",
    element("div", { class: "headers" }, [...response.headers].map(([name, value]) => element("p", {}, `${name}: ${value}`))),
    shown === "" ? element("p", { class: "hint" }, "No body.") : element("pre", { tabindex: "0", "aria-label": "Body of the answer" }, shown));
};

const copied = async (button, text) => {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  button.addEventListener("blur", () => (button.textContent = words), { once: true });
};

// MARK: The page

const operationView = (method, path, item) => {
  const operation = item[method];
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  const details = element("details", {
    class: operation.deprecated ? "operation deprecated" : "operation", id: operation.operationId,
    "data-words": `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase(),
    ontoggle: () => {
      if (details.open && !details.querySelector(".inside")) {
        details.append(element("div", { class: "inside" }, about(operation, parameters), tryIt(method, path, operation, parameters)));
      }
    },
  }, element("summary", {},
    element("span", { class: `method ${method}` }, method.toUpperCase()), element("span", { class: "path" }, path),
    element("span", { class: "soft" }, operation.summary + (operation.deprecated ? " (deprecated)" : ""))));
  return details;
};

const build = () => {
  find("version").textContent = api.info.version;
  find("intro").append(...api.info.description.split("\n\n").map((text) => element("p", {}, marked(text))));
  const own = location.pathname.replace(/\/docs\/?$/, "") || "/";
  const servers = [...new Set([...api.servers.map((server) => server.url), own])];
  find("server").append(...servers.map((url) => element("option", { value: url }, url)));
  find("server").value = own;
  for (const tag of api.tags) {
    const operations = Object.entries(api.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]?.tags.includes(tag.name)).map((method) => [method, path, item]));
    find("operations").append(element("section", { class: "tag" },
      element("h2", {}, tag.name), element("p", { class: "hint" }, tag.description), operations.map((each) => operationView(...each))));
    find("nav").append(element("div", {}, element("h2", {}, tag.name),
      operations.map(([method, , item]) => element("a", { href: `#${item[method].operationId}` }, item[method].summary))));
  }
  find("operations").append(element("section", { class: "tag" }, element("h2", {}, "Schemas"),
    Object.entries(api.components.schemas).map(([name, schema]) =>
      element("details", { class: "schema", id: `schema-${name}`, "data-words": name.toLowerCase() },
        element("summary", {}, element("span", { class: "path" }, name)),
        element("div", { class: "inside" }, schema.description && element("p", { class: "hint" }, schema.description),
          schema.properties ? propertiesOf(schema) : element("p", { class: "hint" }, typeOf(schema)))))));
};

/** Opens what the address names, so that every operation can be linked to. */
const follow = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  find("login-dialog").close();
  target.open = true;
  target.querySelector("summary")?.focus({ preventScroll: true });
  target.scrollIntoView();
};

const filter = () => {
  const words = find("filter").value.toLowerCase().split(/\s+/);
  for (const details of document.querySelectorAll("details[data-words]")) {
    const isWanted = words.every((word) => details.dataset.words.includes(word));
    details.hidden = !isWanted;
    const link = document.querySelector(`#nav a[href="#${details.id}"]`);
    if (link) link.hidden = !isWanted;
  }
  for (const part of document.querySelectorAll(".tag")) part.hidden = !part.querySelector("details:not([hidden])");
  find("none").hidden = document.querySelector(".tag:not([hidden])") !== null;
};

const start = async () => {
  find("log-in").addEventListener("click", () => find("login-dialog").showModal());
  find("login-cancel").addEventListener("click", () => find("login-dialog").close());
  find("login-form").addEventListener("submit", logIn);
  find("log-out").addEventListener("click", () => { keep(null); find("log-in").focus(); });
  find("copy-token").addEventListener("click", () => copied(find("copy-token"), token()));
  find("filter").addEventListener("input", filter);
  showToken();
  try {
    const response = await fetch("openapi.json", { credentials: "omit" });
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    api = await response.json();
    build();
    addEventListener("hashchange", follow);
    follow();
  } catch (error) {
    find("fault").textContent = `openapi.json can’t be read. ${error.message}`;
    find("fault").hidden = false;
  }
  find("content").setAttribute("aria-busy", "false");
};

await start();
