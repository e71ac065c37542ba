//! What travels when somebody opens the app for the first time, and the budgets of that (EXPERIENCE.md 13.1). Counted is
//! everything that the set holds, but one language's sentences only, and neither licences, nor the pictures for a home screen,
//! nor what reads QR codes. Those come later: by whoever opens the camera, or by the service worker, which keeps the whole set.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write as _},
};

use flate2::{Compression, write::GzEncoder};

use crate::error::{Error, Result, While};

/// What a first visit may transfer, compressed by Brotli as servers send it.
const BUDGET: usize = 650_000;
/// What of it may be the interface, everything but the core and the sentences; compressed by gzip, as such budgets are
/// compared.
const INTERFACE_BUDGET: usize = 60_000;

/// How long the files are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sizes(Vec<Size>);

#[derive(Debug, PartialEq, Eq)]
struct Size {
    path: String,
    /// As it is sent: by Brotli, where there is such a form.
    sent: usize,
    gzip: usize,
}

impl Sizes {
    /// Measures files and the compressed forms of some of them, both by their paths.
    pub fn of(files: &BTreeMap<String, Vec<u8>>, forms: &BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let size = |(path, bytes): (&String, &Vec<u8>)| {
            let sent = forms.get(path).unwrap_or(bytes).len();
            let gzip = gzip(bytes).while_(format!("compress {path}"))?.min(bytes.len());
            Ok(Size { path: path.clone(), sent, gzip })
        };
        files.iter().map(size).collect::<Result<_>>().map(Self)
    }

    /// The budgets.
    pub fn check(&self) -> Result<()> {
        let over = [
            ("a first visit", self.first_visit(), BUDGET),
            ("the interface", self.interface(), INTERFACE_BUDGET),
        ]
        .into_iter()
        .find(|(_, size, budget)| size > budget);
        match over {
            None => Ok(()),
            Some((what, size, budget)) => {
                Err(Error::Missing(format!("{what} transfers {size} bytes, and {budget} is the budget")))
            }
        }
    }

    fn first_visit(&self) -> usize {
        let of_others = |path: &str| path.contains("/texts/") && !path.contains("/texts/en/");
        self.sum(|path| !of_others(path) && !is_for_later(path), |size| size.sent)
    }

    fn interface(&self) -> usize {
        let is_other = |path: &str| path.contains("/core/") || path.contains("/texts/") || is_for_later(path);
        self.sum(|path| !is_other(path), |size| size.gzip)
    }

    fn sum(&self, counts: impl Fn(&str) -> bool, length: impl Fn(&Size) -> usize) -> usize {
        self.0.iter().filter(|size| counts(&size.path)).map(length).sum()
    }
}

/// What no first visit asks for.
fn is_for_later(path: &str) -> bool {
    path.contains("/scanner/")
        || [".LICENSE.txt", ".png", "/maskable.svg"].iter().any(|end| path.ends_with(end))
}

fn gzip(bytes: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

impl fmt::Display for Sizes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "  Brotli      gzip")?;
        for Size { path, sent, gzip } in &self.0 {
            writeln!(formatter, "{sent:>8}  {gzip:>8}  {path}")?;
        }
        writeln!(formatter, "{:>18}  the interface, of {INTERFACE_BUDGET}", self.interface())?;
        writeln!(formatter, "{:>8}            a first visit, of {BUDGET}", self.first_visit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(files: &[(&str, usize)]) -> Sizes {
        let size = |(path, length): &(&str, usize)| Size {
            path: (*path).to_owned(),
            sent: *length,
            gzip: length + 10,
        };
        Sizes(files.iter().map(size).collect())
    }

    #[test]
    fn what_is_over_its_budget_is_refused_with_the_numbers() {
        let core = sizes(&[("x/core/core_bg.wasm", BUDGET), ("index.html", 1)]);
        assert!(core.check().unwrap_err().to_string().contains("a first visit transfers 650001"));
        let interface = sizes(&[("x/main.js", INTERFACE_BUDGET)]);
        assert!(interface.check().unwrap_err().to_string().contains("the interface transfers 60010"));
        let core = sizes(&[("x/core/core_bg.wasm", BUDGET - 1), ("index.html", 1)]);
        assert!(core.check().is_ok());
    }

    #[test]
    fn one_language_travels_and_nothing_for_later() {
        let files = [
            "x/texts/de/app.ftl",
            "x/texts/ar/app.ftl",
            "x/vendor/htm.LICENSE.txt",
            "x/icons/alcove-512.png",
            "x/icons/maskable.svg",
            "x/scanner/main.js",
            "x/scanner/scanner_bg.wasm",
        ];
        assert!(sizes(&files.map(|path| (path, BUDGET))).check().is_ok());
        assert!(sizes(&[("x/texts/en/app.ftl", BUDGET + 1)]).check().is_err());
    }

    #[test]
    fn a_file_is_as_long_as_its_form() {
        let files = BTreeMap::from([("a".to_owned(), vec![1; 5000]), ("b".to_owned(), vec![1; 5])]);
        let forms = BTreeMap::from([("a".to_owned(), vec![1; 40])]);
        let Sizes(sizes) = Sizes::of(&files, &forms).unwrap();
        assert_eq!((sizes[0].sent, sizes[1].sent, sizes[1].gzip), (40, 5, 5));
        assert!(sizes[0].gzip < 100);
    }
}
