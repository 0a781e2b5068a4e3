/**
 * For tslab's process, by `node --require`: messages leave a socket one after the other, and none is dropped.
 *
 * tslab sends without waiting. zeromq.js takes 512 messages at once, then one in the background, and refuses any other until
 * that one has left; tslab does not look. So of a cell that prints much, lines, figures and even "idle" were lost, and Jupyter
 * waited for ever.
 */
const { Publisher, Router } = require("zeromq");

for (const { prototype } of [Publisher, Router]) {
  const { send } = prototype;
  const last = new WeakMap();
  function sendInTurn(message) {
    const sent = (last.get(this) ?? Promise.resolve()).then(() => send.call(this, message));
    last.set(this, sent.catch(() => {})); // one that could not leave holds up no other
    return sent;
  }
  Object.defineProperty(prototype, "send", { value: sendInTurn });
}

const { bind } = Publisher.prototype;
/** A publisher drops what is more than its limit ahead of its reader; 0 is no limit. */
function bindUnlimited(address) {
  this.sendHighWaterMark = 0;
  return bind.call(this, address);
}
Object.defineProperty(Publisher.prototype, "bind", { value: bindUnlimited });
