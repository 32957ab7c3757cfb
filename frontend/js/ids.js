/**
 * UUIDs version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits. A task gets its id here, so
 * that a request which is sent twice makes one task.
 */

/**
 * A new id in lower case.
 * @param {number} [now] milliseconds since 1970
 * @param {Uint8Array} [random] ten bytes of chance
 * @returns {string}
 */
export function uuidv7(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))) {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.max(0, Math.floor(now))) << 16n);
  bytes.set(random, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
