// Asking the server.

/** What went wrong, in a sentence for the person. */
export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const GONE = "formcheck does not answer. Is it still running? Start it again with “formcheck serve”.";
const KEYLESS = "The key of this page is no longer valid. Open the address that “formcheck serve” printed.";

/** Ask, and return the answer; throws a Problem. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, credentials: "same-origin" });
  } catch {
    throw new Problem(GONE, 0);
  }
  if (answer.status === 204) return null;
  if (answer.ok) return answer.json();
  throw new Problem(await sentence(answer), answer.status);
}

async function sentence(answer) {
  if (answer.status === 401) return KEYLESS;
  try {
    const { detail } = await answer.json();
    if (typeof detail === "string") return detail;
  } catch { /* not JSON */ }
  return `That did not work (${answer.status}).`;
}

/** Hand in a video; `progress` is told the share that is sent. Returns {done, cancel}. */
export function upload(file, query, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open("POST", `/api/analyses?${new URLSearchParams(query)}`);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) resolve(request.response);
      else if (request.status === 401) reject(new Problem(KEYLESS, 401));
      else reject(new Problem(typeof request.response?.detail === "string" ? request.response.detail : `That did not work (${request.status}).`, request.status));
    };
    request.onerror = () => reject(new Problem(GONE, 0));
    request.onabort = () => reject(new Problem("The upload was cancelled.", 0));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

let about = null;
/** What the server is; asked for once. */
export async function server() {
  about ??= await ask("/api/about");
  return about;
}
