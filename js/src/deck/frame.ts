/** Runs first in each deck's own frame, before anything that the deck brings. */
import { beDeck } from "./deck_document.ts";

beDeck();
