import { signIn } from "./api.js";
import { byId } from "./dom.js";
import { createDrop } from "./drop.js";
import { refreshTimes } from "./job-row.js";
import { createJobs } from "./jobs.js";
import { listen } from "./live.js";
import { createUploads } from "./uploads.js";

// `npm start` prints the address with a token behind it, which is worth a session and is seen no more.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname);
  await signIn(token);
}

const uploads = createUploads();
const jobs = createJobs({ onJobs: (page) => page.forEach(uploads.update) });

createDrop({ onFiles: uploads.add });
listen({
  onReady: jobs.load,
  onJob: (job) => {
    jobs.update(job);
    uploads.update(job);
  },
});
jobs.load();

byId("zone").textContent = new Intl.DateTimeFormat().resolvedOptions().timeZone;
setInterval(refreshTimes, 15_000);
