import { byId } from "./dom.js";
import { createDrop } from "./drop.js";
import { refreshTimes } from "./job-row.js";
import { createJobs } from "./jobs.js";
import { listen } from "./live.js";
import { createUploads } from "./uploads.js";

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
