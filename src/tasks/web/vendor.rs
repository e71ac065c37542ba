//! The libraries of the app, as npm's lock has them: copied, with the bare names by which they import each other turned
//! into paths, because an import map would be a script in the page. Their licences travel with them.

use std::path::Path;

use super::{bundle::Bundle, read};
use crate::error::{Error, Result};

/// Where a module lies in npm's folder, and what it is called in the bundle.
const MODULES: [(&str, &str); 10] = [
    ("preact/dist/preact.mjs", "vendor/preact.js"),
    ("preact/hooks/dist/hooks.mjs", "vendor/hooks.js"),
    ("htm/dist/htm.module.js", "vendor/htm.js"),
    ("@fluent/bundle/esm/index.js", "vendor/fluent/index.js"),
    ("@fluent/bundle/esm/builtins.js", "vendor/fluent/builtins.js"),
    ("@fluent/bundle/esm/bundle.js", "vendor/fluent/bundle.js"),
    ("@fluent/bundle/esm/memoizer.js", "vendor/fluent/memoizer.js"),
    ("@fluent/bundle/esm/resolver.js", "vendor/fluent/resolver.js"),
    ("@fluent/bundle/esm/resource.js", "vendor/fluent/resource.js"),
    ("@fluent/bundle/esm/scope.js", "vendor/fluent/scope.js"),
];
const TYPES: (&str, &str) = ("@fluent/bundle/esm/types.js", "vendor/fluent/types.js");

/// Licence files; Fluent's package names the Apache License and has no file of it.
const LICENCES: [(&str, &str); 2] =
    [("preact/LICENSE", "vendor/preact.LICENSE.txt"), ("htm/LICENSE", "vendor/htm.LICENSE.txt")];

/// Adds all of them.
pub fn add(bundle: &mut Bundle, modules: &Path) -> Result<()> {
    for (from, name) in MODULES.into_iter().chain([TYPES]) {
        let text = String::from_utf8_lossy(&read(&modules.join(from))?).into_owned();
        bundle.add(name, with_paths(&text, from)?.into_bytes());
    }
    for (from, name) in LICENCES {
        bundle.add(name, read(&modules.join(from))?);
    }
    Ok(())
}

/// The module with paths for bare names, and without the address of a source map that is not there.
fn with_paths(text: &str, from: &str) -> Result<String> {
    let text = text.replace("from\"preact\"", "from\"./preact.js\"");
    let lines = text.lines().filter(|line| !line.starts_with("//# sourceMappingURL="));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let bare = text.split("from\"").skip(1).find(|rest| !rest.starts_with('.'));
    match bare {
        None => Ok(text),
        Some(rest) => {
            let name = rest.split('"').next().unwrap_or_default();
            Err(Error::Missing(format!("{from} imports `{name}`, which the bundle does not have")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_names_become_paths_and_strangers_are_refused() {
        let text = "import{options as n}from\"preact\";x\n//# sourceMappingURL=hooks.mjs.map\n";
        assert_eq!(with_paths(text, "hooks").unwrap(), "import{options as n}from\"./preact.js\";x\n");
        assert!(with_paths("import a from\"left-pad\"", "x").unwrap_err().to_string().contains("left-pad"));
    }
}
