// The worker at its stable address: everything it does lies in the set of files that belong together.

// @ts-expect-error `cargo task web` puts the name of the set here
import { serve } from "./__SET__/core/main.js";

serve(self);
