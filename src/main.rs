//! The `docweave` binary.

/// Builds allocate from all threads at once, and a preview does so for hours: this allocator takes less time for it than the
/// system's, and its memory does not grow with the number of builds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    docweave::cli::run()
}
