//! The server on the command line; what it can do is in `cli/`.

fn main() -> std::process::ExitCode {
    alcove_server::cli::main(&std::env::vars().collect())
}
