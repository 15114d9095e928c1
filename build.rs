//! Tells cargo to look again when the front end was built anew: its file names change with every build, and new names in
//! an embedded folder are not noticed otherwise.

fn main() {
    for path in ["build.rs", "frontend/dist", "frontend/dist-sandbox", "frontend/dist-forge", "migrations"] {
        println!("cargo:rerun-if-changed={path}");
    }
}
