//! How the shared library is linked; it generates nothing.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        // The number changes when a program that was linked with an older library would break.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpartnersign.so.0");
        // Threads hold destructors of ours: `dlclose` must not take away their code.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,relro,-z,now");
    }
}
