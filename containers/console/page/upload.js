// Sends one file to S3 by the form that the console has signed for it.

export class UploadError extends Error {}

/**
 * @param {(fraction: number) => void} onProgress
 * @param {AbortSignal} signal
 */
export function sendFile(file, { url, fields }, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    // S3 reads nothing after the file.
    form.append("file", file);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new UploadError(reasonIn(request)));
    });
    request.addEventListener("error", () =>
      reject(new UploadError("The connection to S3 was lost. Nothing has been kept; try again.")),
    );
    request.addEventListener("abort", () => reject(new UploadError("You stopped this upload.")));
    request.open("POST", url);
    // Stopped while the form was being signed.
    if (signal.aborted) return reject(new UploadError("You stopped this upload."));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** S3 says in XML what it did not like. */
function reasonIn(request) {
  const said = /<Message>([^<]*)<\/Message>/.exec(request.responseText)?.[1];
  return said ? `S3 refused the file: ${said}.` : `S3 refused the file (status ${request.status}).`;
}
