/**
 * For tslab's process, by `node --require`: messages leave a socket one after the other, and none is dropped.
 *
 * tslab sends without waiting. zeromq.js takes 512 messages at once, then one in the background, and refuses any other until
 * that one has left; tslab does not look. So of a cell that prints much, lines, figures and even "idle" were lost, and Jupyter
 * waited for ever.
 */
const { Publisher, Router } = require("zeromq");

const { bind, send } = Publisher.prototype; // the same for every kind of socket
const last = new WeakMap();

function sendInTurn(message) {
  const sent = (last.get(this) ?? Promise.resolve()).then(() => send.call(this, message));
  last.set(this, sent.catch(() => {})); // one that could not leave holds up no other
  return sent;
}

/** A publisher drops what is more than its limit ahead of its reader; 0 is no limit. */
function bindUnlimited(address) {
  this.sendHighWaterMark = 0;
  return bind.call(this, address);
}

Object.defineProperty(Publisher.prototype, "send", { value: sendInTurn });
Object.defineProperty(Router.prototype, "send", { value: sendInTurn });
Object.defineProperty(Publisher.prototype, "bind", { value: bindUnlimited });
