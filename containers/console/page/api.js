// The console's API, with its problems as errors that can be shown.

export class ApiError extends Error {}

async function call(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError("The console does not answer. Check your connection, then try again.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(body.detail ?? `The console answered ${response.status}.`);
  return body;
}

export function signIn(token) {
  return call("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
}

export function listJobs(query) {
  return call(`/api/jobs?${new URLSearchParams(query)}`);
}

export function prepareUpload(file) {
  return call("/api/uploads", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      name: file.name,
      size: file.size,
      ...(isMediaType(file.type) ? { type: file.type } : {}),
    }),
  });
}

/** Browsers give an empty type, or parameters, for some files. */
function isMediaType(type) {
  return /^[\w.+-]{1,63}\/[\w.+-]{1,63}$/.test(type);
}
