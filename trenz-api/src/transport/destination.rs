//! Which URLs named by the server the client connects to.
//!
//! The only such URLs are the one that a file is put to, and the one that the store there redirects it to, once. The
//! client follows no other redirect, and it fetches neither a `docs_url`, nor a result, a `cdn_url` or the URL in a QR code: those it only hands out.

use url::{Host, Url};

use super::base_url::is_loopback;

/// The hosts that a URL may name: public names by https, hosts that the caller has allowed, and, where the API itself
/// is on a loopback host, any port of that host.
///
/// Names are judged as text, without resolving them: TLS proves that the server has a certificate for the name, on
/// whatever network it is.
pub(crate) struct Destinations {
    /// The API's host, if it is a loopback host.
    loopback: Option<Host<String>>,
    allowed: Vec<Host<String>>,
}

/// Suffixes of names that are never public: of this machine, of the local network, or reserved.
const NOT_PUBLIC: &[&str] = &[
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

impl Destinations {
    pub(crate) fn new(base_url: &Url, allowed: Vec<Host<String>>) -> Self {
        let host = base_url.host().filter(|_| is_loopback(base_url));
        Self { loopback: host.map(|host| host.to_owned()), allowed }
    }

    /// Whether something may be sent to a URL, or what is wrong with it. The messages do not quote it.
    pub(crate) fn check(&self, url: &Url) -> Result<(), &'static str> {
        let Some(host) = url.host().map(|host| host.to_owned()) else {
            return Err("has no host");
        };
        if !url.username().is_empty() || url.password().is_some() {
            // They would be sent as a credential.
            return Err("has a user name or password");
        }
        let of_the_api = self.loopback.as_ref() == Some(&host);
        match url.scheme() {
            "https" => {}
            "http" if of_the_api => {}
            _ => return Err("is not https"),
        }
        if of_the_api || self.allowed.contains(&host) {
            return Ok(());
        }
        match host {
            Host::Domain(name) if is_public(&name) => Ok(()),
            Host::Domain(_) => Err("leads to a name that is not public"),
            Host::Ipv4(_) | Host::Ipv6(_) => Err("leads to an address instead of a name"),
        }
    }

    /// The URL that a redirect leads to, which has to be of the same domain as the one that was redirected, or what is
    /// wrong with it.
    #[cfg(feature = "upload")]
    pub(crate) fn redirect(&self, from: &Url, to: &str) -> Result<Url, &'static str> {
        let to = Some(to).filter(|to| !to.is_empty()).and_then(|to| from.join(to).ok());
        let to = to.ok_or("has no valid URL")?;
        let same = || if same_domain(from, &to) { Ok(()) } else { Err("leads to another domain") };
        self.check(&to).and_then(|()| same()).map(|()| to)
    }
}

/// Whether two hosts are the same, or of one owner by their names.
///
/// By a list of public suffixes that would be their registrable domain. Such a list takes longer to compile than the
/// rest of the crate, for one redirect; so it is the last two labels, or three where the second of them is as short as
/// those of registries are (`com.cn`, `co.uk`), which refuses a few that have one owner.
#[cfg(feature = "upload")]
fn same_domain(from: &Url, to: &Url) -> bool {
    let (Some(from), Some(to)) = (from.host(), to.host()) else { return false };
    let (Host::Domain(from), Host::Domain(to)) = (&from, &to) else { return from == to };
    let [from, to] = [from, to].map(|name| name.strip_suffix('.').unwrap_or(name));
    let (mut labels, mut others) = (from.rsplit('.'), to.rsplit('.'));
    let shared = labels.by_ref().zip(others.by_ref()).take_while(|(one, other)| one == other);
    let shared: Vec<&str> = shared.map(|(label, _)| label).collect();
    match shared[..] {
        [top, second, ..] if top.len() == 2 && second.len() <= 3 => shared.len() > 2,
        _ => shared.len() > 1 || from == to,
    }
}

/// Whether a name, normalised by the URL parser, can be a public DNS name.
fn is_public(name: &str) -> bool {
    let labels = name.strip_suffix('.').unwrap_or(name).rsplit_once('.');
    labels.is_some_and(|(_, last)| !NOT_PUBLIC.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classify(base: &str, allowed: &[&str], url: &str) -> Result<(), &'static str> {
        let allowed = allowed.iter().map(|host| Host::parse(host).unwrap()).collect();
        let destinations = Destinations::new(&Url::parse(base).unwrap(), allowed);
        destinations.check(&Url::parse(url).unwrap())
    }

    const API: &str = "https://openapi.gateway.trenz.ai";

    /// Addresses in all spellings and of all kinds.
    const ADDRESSES: [&str; 24] = [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "2130706433",
        "%31%32%37.0.0.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "127.0.0.1.",
        "127.255.255.254:8443",
        "0.0.0.0",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1:9000",
        "169.254.169.254",
        "100.64.0.1",
        "8.8.8.8",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[fe80::1]",
        "[2001:4860:4860::8888]:443",
    ];

    const NAMES: [&str; 14] = [
        "localhost",
        "LOCALHOST",
        "ⓛocalhost",
        "localhost.",
        "localhost:8443",
        "store.localhost",
        "store.local",
        "printer",
        "printer.",
        "metadata.google.internal",
        "metadata.google.internal.",
        "router.lan",
        "router.home.arpa",
        "store.TEST",
    ];

    #[test]
    fn only_public_names_by_https() {
        for host in ADDRESSES {
            let url = format!("https://{host}/film.mp4?signature=s");
            assert_eq!(
                classify(API, &[], &url),
                Err("leads to an address instead of a name"),
                "{url}"
            );
        }
        for host in NAMES {
            let url = format!("https://{host}/film.mp4");
            assert_eq!(
                classify(API, &[], &url),
                Err("leads to a name that is not public"),
                "{url}"
            );
        }
        for host in ADDRESSES.iter().chain(&NAMES).chain(&["store.example.com"]) {
            let url = format!("http://{host}/film.mp4");
            assert_eq!(classify(API, &[], &url), Err("is not https"), "{url}");
        }
        for (url, why) in [
            ("ftp://store.example.com/film.mp4", "is not https"),
            ("file:///etc/passwd", "has no host"),
            ("data:text/plain,x", "has no host"),
            ("https://user@store.example.com", "has a user name or password"),
            ("https://:secret@store.example.com", "has a user name or password"),
            ("https://store.example.com@127.0.0.1", "has a user name or password"),
        ] {
            assert_eq!(classify(API, &[], url), Err(why), "{url}");
        }
        for good in [
            "https://bucket.s3.eu-central-1.amazonaws.com/film.mp4?X-Amz-Signature=s",
            "https://tos-cn-beijing.volces.com:8443/film.mp4",
            "https://STORE.example.com./film.mp4",
            "https://käse.example/film.mp4",
            // As text, this is a name.
            "https://127.0.0.1.nip.io/film.mp4",
        ] {
            assert_eq!(classify(API, &[], good), Ok(()), "{good}");
        }
    }

    #[test]
    fn any_port_of_the_apis_loopback_host_is_allowed() {
        for (base, url, same) in [
            ("http://127.0.0.1:1", "http://127.0.0.1:2/film.mp4", true),
            ("http://127.0.0.1:1", "https://127.0.0.1/film.mp4", true),
            ("http://127.0.0.1:1", "http://0x7f.1:2/film.mp4", true),
            ("http://localhost:1", "http://LOCALHOST:2/film.mp4", true),
            ("https://[::1]", "http://[::1]:2/film.mp4", true),
            ("http://127.0.0.1:1", "http://127.0.0.2:1/film.mp4", false),
            ("http://127.0.0.1:1", "http://localhost:1/film.mp4", false),
            ("http://127.0.0.1:1", "http://[::1]:1/film.mp4", false),
            ("http://127.0.0.1:1", "http://[::ffff:127.0.0.1]:1/film.mp4", false),
            ("http://localhost:1", "http://127.0.0.1:1/film.mp4", false),
            ("http://localhost:1", "http://store.localhost:1/film.mp4", false),
            ("http://localhost:1", "http://localhost.:1/film.mp4", false),
            ("http://127.0.0.1:1", "http://user@127.0.0.1:1/film.mp4", false),
            ("http://127.0.0.1:1", "http://store.example.com/film.mp4", false),
            // Where the API is elsewhere, its own address is not special.
            ("https://10.0.0.5", "https://10.0.0.5/film.mp4", false),
            ("https://10.0.0.5", "http://10.0.0.5/film.mp4", false),
        ] {
            assert_eq!(classify(base, &[], url).is_ok(), same, "{base} to {url}");
        }
        assert_eq!(classify("http://127.0.0.1", &[], "https://store.example.com"), Ok(()));
    }

    #[cfg(feature = "upload")]
    #[test]
    fn redirects_stay_within_a_domain() {
        for (from, to, good) in [
            ("bucket.s3.amazonaws.com", "bucket.s3.eu-central-1.amazonaws.com", true),
            ("bucket.s3.amazonaws.com.cn", "bucket.s3.cn-north-1.amazonaws.com.cn", true),
            ("tos-cn-beijing.volces.com", "tos-cn-shanghai.volces.com:8443", true),
            ("store.trenz.ai", "eu.store.trenz.ai", true),
            ("store.trenz.ai", "TRENZ.ai.", true),
            ("store.example.com", "store.example.com", true),
            ("store.example.com", "store.example.org", false),
            ("store.example.com", "storeexample.com", false),
            ("store.example.com", "example.com.evil.com", false),
            ("one.co.uk", "two.co.uk", false),
            ("one.com.cn", "two.com.cn", false),
            ("a.one.co.uk", "b.one.co.uk", true),
            ("one.com", "two.com", false),
        ] {
            let [from, to] = [from, to].map(|host| format!("https://{host}/film.mp4"));
            let destinations = Destinations::new(&Url::parse(API).unwrap(), Vec::new());
            let leads = destinations.redirect(&Url::parse(&from).unwrap(), &to);
            let expected =
                if good { Ok(Url::parse(&to).unwrap()) } else { Err("leads to another domain") };
            assert_eq!(leads, expected, "{from} to {to}");
        }
    }

    #[test]
    fn allowed_hosts_are_reached_by_https_only() {
        let allowed = ["10.0.0.5", "[fd00::5]", "store.internal"];
        for good in [
            "https://10.0.0.5:9000",
            "https://0xa.5",
            "https://[fd00:0::5]",
            "https://STORE.internal",
        ] {
            assert_eq!(classify(API, &allowed, good), Ok(()), "{good}");
        }
        for bad in [
            "http://10.0.0.5",
            "https://10.0.0.6",
            "https://user@10.0.0.5",
            "https://[::ffff:10.0.0.5]",
            "https://other.store.internal",
        ] {
            assert!(classify(API, &allowed, bad).is_err(), "{bad}");
        }
    }
}
