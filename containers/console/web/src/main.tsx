import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import { render } from "preact";
import { followSession } from "./api/live.ts";
import { App } from "./app.tsx";
import { followLinks } from "./lib/router.ts";
import { applyTheme, theme } from "./lib/theme.ts";
import { followUploads } from "./uploads/uploads.ts";

applyTheme(theme.peek());
followLinks();
followSession();
followUploads();
const root = document.getElementById("app");
if (root) render(<App />, root);
