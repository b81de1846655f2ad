//! Encrypted connections to PostgreSQL: whom they are made to, and whom they are refused to.

use trenz_api::{SpendLedger, SpendLedgerErrorKind};

use crate::postgres::{self, ANOTHER, CERTIFICATE, WITH_PASSWORD};

const ME: &str = "postgres";
const LOCALHOST: &str = "localhost";
/// A host that the server's certificate does not name.
const ADDRESS: &str = "127.0.0.1";
/// What is said of a certificate whose issuer is named as one that is trusted, and is not it.
const SAME_NAME: &str = "BadSignature";

#[tokio::test]
async fn tls_follows_the_parameters_of_the_url() {
    // A server of its own, since it stops to offer TLS.
    let Some(server) = postgres::own_server() else { return };
    let root = |name| format!("sslrootcert={}", server.file(name).unwrap().display());
    let (own, another) = (root(CERTIFICATE), root(ANOTHER));
    server.sql(&format!("CREATE ROLE {WITH_PASSWORD} SUPERUSER LOGIN PASSWORD 'p%w'"));
    let user = format!("{WITH_PASSWORD}:p%25w");
    let (plain, encrypted) = (Ok("f"), Ok("t"));
    let untrusted = |why| Err((SpendLedgerErrorKind::Untrusted, why));
    let url = |why| Err((SpendLedgerErrorKind::Url, why));
    for (number, (user, host, parameters, expected)) in [
        (ME, ADDRESS, "sslmode=disable".to_owned(), plain),
        (ME, ADDRESS, String::new(), encrypted),
        (ME, ADDRESS, "sslmode=prefer".to_owned(), encrypted),
        (ME, ADDRESS, "sslmode=require".to_owned(), encrypted),
        (ME, ADDRESS, format!("sslmode=require&{own}"), encrypted),
        (ME, ADDRESS, format!("sslmode=require&{another}"), untrusted(SAME_NAME)),
        (ME, ADDRESS, format!("sslmode=prefer&{another}"), untrusted(SAME_NAME)),
        (ME, ADDRESS, format!("sslmode=verify-ca&{own}"), encrypted),
        (ME, ADDRESS, format!("sslmode=verify-ca&{another}"), untrusted(SAME_NAME)),
        (ME, LOCALHOST, format!("sslmode=verify-full&{own}"), encrypted),
        (ME, ADDRESS, format!("sslmode=verify-full&{own}"), untrusted("127.0.0.1")),
        (ME, LOCALHOST, format!("sslmode=verify-full&{another}"), untrusted(SAME_NAME)),
        // The platform does not know the certificate.
        (ME, LOCALHOST, "sslmode=verify-full".to_owned(), untrusted("UnknownIssuer")),
        (ME, LOCALHOST, "sslrootcert=system".to_owned(), untrusted("UnknownIssuer")),
        (&user, LOCALHOST, format!("sslmode=verify-full&channel_binding=require&{own}"), encrypted),
        (ME, LOCALHOST, "sslmode=verify-full&sslrootcert=/none".to_owned(), url("/none")),
        (ME, LOCALHOST, "sslmode=require&sslrootcert=/dev/null".to_owned(), url("/dev/null")),
        (ME, LOCALHOST, "sslmode=verify-ca".to_owned(), url("`sslrootcert`")),
        (ME, LOCALHOST, "sslmode=allow".to_owned(), url("`allow`")),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("tls{number}");
        let parameters = format!("{parameters}&application_name={name}");
        let opened = SpendLedger::open(&server.url_by(user, host, &parameters).unwrap()).await;
        match (opened, expected) {
            (Ok(_ledger), Ok(expected)) => {
                let sql = format!(
                    "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '{name}'"
                );
                assert_eq!(server.sql(&sql).trim(), expected, "{host} {parameters}");
            }
            (Err(error), Err((kind, why))) => {
                assert_eq!(error.kind(), kind, "{host} {parameters}: {error}");
                assert!(error.to_string().contains(why), "{host} {parameters}: {error}");
            }
            (opened, expected) => {
                panic!("{host} {parameters}: expected {expected:?}, found {opened:?}")
            }
        }
    }
    server.sql("ALTER SYSTEM SET ssl = off");
    assert!(server.restart());
    let open = |mode| {
        let url = server.url_by(ME, ADDRESS, &format!("sslmode={mode}")).unwrap();
        async move { SpendLedger::open(&url).await }
    };
    open("prefer").await.unwrap();
    let error = open("require").await.unwrap_err();
    assert_eq!(error.kind(), SpendLedgerErrorKind::Untrusted, "{error}");
}
