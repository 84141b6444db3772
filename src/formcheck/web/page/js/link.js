// The live socket: says hello, sends pictures with back-pressure, finds the server again when it was away.

const IN_FLIGHT = 2; // pictures without an answer: one is judged, one waits; newer ones are not even made
const HEADER = 12;
const RETRY_MS = [500, 1000, 2000, 3000];

export class Link {
  /**
   * @param {object} hello The first message: begin, resume or watch.
   * @param {object} on What happens: ready, waiting, update, picture, ended, refused, lost.
   */
  constructor(hello, on) {
    this.hello = hello;
    this.on = on;
    this.sent = 0;
    this.answered = 0;
    this.dead = false;
    this.tries = 0;
    this.ready = false;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live/socket`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.socket.send(JSON.stringify(this.hello));
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.hear(JSON.parse(data)) : this.on.picture?.(data));
    this.socket.onclose = () => this.lost();
  }

  hear(message) {
    if (message.type === "ready") {
      this.ready = true;
      this.sent = this.answered = this.tries = 0;
      this.session = message.session;
      if (message.role === "camera") this.hello = { type: "resume", session: message.session };
    }
    if (message.type === "taken") this.answered = Math.max(this.answered, message.number);
    if (message.type === "refused" && message.why === "taken" && this.hello.type === "resume" && this.tries < 10) return; // our own old socket has not been noticed yet: try again
    if (message.type === "ended" || message.type === "refused") this.dead = true;
    this.on[message.type]?.(message);
  }

  lost() {
    this.ready = false;
    if (this.dead) return;
    this.on.lost?.();
    const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)];
    this.timer = setTimeout(() => this.connect(), wait);
  }

  /** Whether a picture may be sent now. */
  get wants() {
    return this.ready && this.sent - this.answered < IN_FLIGHT;
  }

  /** Send a picture. */
  send(file, seconds) {
    if (!this.wants) return;
    const message = new Uint8Array(HEADER + file.byteLength);
    const header = new DataView(message.buffer);
    header.setFloat64(0, seconds, true);
    header.setUint32(8, ++this.sent, true);
    message.set(new Uint8Array(file), HEADER);
    this.socket.send(message);
  }

  /** Press a button. */
  press(command) {
    if (this.ready) this.socket.send(JSON.stringify({ type: "press", command }));
  }

  close() {
    this.dead = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}
