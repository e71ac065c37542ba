//! Forms in which others write posts, each on its own; whole documents are in `samples/`.
