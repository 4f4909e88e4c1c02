/** Runs in the notebook, beside each page of decks; the first one there serves them all. */
import { installHost } from "./host_page.ts";

installHost();
