//! The `docweave` binary.

fn main() -> std::process::ExitCode {
    docweave::cli::run()
}
