//! What all TLS connections have in common: the cryptography, and the certificates that the platform trusts.
//!
//! Where both TLS libraries are built in, the HTTP library uses the platform's, and only a spend ledger's database is
//! reached by this one.

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
#[cfg(feature = "rustls-aws-lc")]
use rustls::crypto::aws_lc_rs as built_in;
#[cfg(not(feature = "rustls-aws-lc"))]
use rustls::crypto::ring as built_in;
use std::sync::Arc;

/// The program's cryptography, if it has chosen one, as the HTTP library does; otherwise that of the feature.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    let chosen = CryptoProvider::get_default().map(Arc::clone);
    chosen.unwrap_or_else(|| Arc::new(built_in::default_provider()))
}

/// Chooses the cryptography for the program if it has not: the HTTP library's own settings know no other way, and building
/// a client panics without.
pub(crate) fn choose() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been faster, and its choice is as good.
        let _ = built_in::default_provider().install_default();
    }
}

/// The settings of connections to servers that the platform trusts, whose clones share its certificates and the sessions
/// that may be resumed.
#[cfg(not(feature = "native-tls"))]
pub(crate) fn platform_config() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = provider();
    let verifier = platform_verifier(&provider)?;
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?;
    Ok(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// Trusts what the platform trusts. Reads the platform's certificates, which takes milliseconds.
pub(crate) fn platform_verifier(
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(provider))?;
    Ok(Arc::new(verifier))
}
