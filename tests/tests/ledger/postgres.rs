//! A PostgreSQL of the tests' own, or the one that `TRENZ_TEST_POSTGRES` names.
//!
//! The server is started from the newest of the installed ones, in a temporary folder, on a Unix socket there and on a
//! port of the loopback, where it offers TLS with a certificate of its own for `localhost`. It refuses to run as root, and is then run as the user `postgres`. It ends with this process, however that ends: a shell waits
//! for the end of its standard input.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, RwLock};
use std::time::Duration;

use tempfile::TempDir;

pub(crate) struct Server {
    admin: String,
    own: Option<Own>,
}

struct Own {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    as_postgres: bool,
    /// Held by whoever needs the server to be there, and alone by whoever restarts it.
    running: RwLock<()>,
    _process: Child,
}

/// The server, once for all tests; none if there is none here, which is said.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            if let Ok(admin) = std::env::var("TRENZ_TEST_POSTGRES") {
                return Some(Server { admin, own: None });
            }
            let Some(programs) = programs() else {
                eprintln!(
                    "PostgreSQL: left out, neither installed nor named by TRENZ_TEST_POSTGRES"
                );
                return None;
            };
            Some(Server::start(programs))
        })
        .as_ref()
}

/// Another server, to be restarted; none if the tests have none of their own.
pub(crate) fn own_server() -> Option<Server> {
    server()?.own.as_ref()?;
    programs().map(Server::start)
}

/// A server that is restarted now and then, once for all tests that stand it; that of the others if the tests have none
/// of their own.
pub(crate) fn restarting_server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(own_server).as_ref().or_else(server)
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").is_file());
    folders.sort();
    folders.pop()
}

impl Server {
    fn start(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("trenz-pg-").tempdir().unwrap();
        let as_postgres = run(Command::new("id").arg("-u")).trim() == "0";
        if as_postgres {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = folder.path().join("data");
        let initdb = programs.join("initdb");
        let initdb =
            format!("{} -D {} -U postgres -A trust -N -E UTF8", initdb.display(), data.display());
        run(&mut shell(as_postgres, &initdb));
        certify(&data, as_postgres);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // A machine that loses power is no part of these tests, so nothing waits for the disk.
        let serve = format!(
            "{}/pg_ctl -D {} -o '{}' -l /dev/null -w start; read end; {}/pg_ctl -D {} -m immediate stop; rm -rf {}",
            programs.display(),
            data.display(),
            options(folder.path(), port),
            programs.display(),
            data.display(),
            folder.path().display()
        );
        let mut serve = shell(as_postgres, &serve);
        let process = serve
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let admin = format!("postgres://postgres@{}:{port}/postgres", encoded(folder.path()));
        let own = Own {
            programs,
            folder,
            port,
            as_postgres,
            running: RwLock::default(),
            _process: process,
        };
        let server = Self { admin, own: Some(own) };
        server.ready();
        server
    }

    fn ready(&self) {
        let Some(own) = &self.own else { return };
        for _ in 0..500 {
            let ready = Command::new(own.programs.join("pg_isready"))
                .args(["-q", "-p", &own.port.to_string(), "-h"])
                .arg(own.folder.path())
                .status();
            if ready.unwrap().success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("PostgreSQL has not started");
    }

    /// Makes an empty database.
    pub(crate) fn create(&self, name: &str) {
        self.sql(&format!("CREATE DATABASE {name}"));
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        self.sql_in(&self.admin, sql)
    }

    /// What a statement prints in the database of this URL.
    pub(crate) fn sql_in(&self, url: &str, sql: &str) -> String {
        let _running = self.own.as_ref().map(|own| own.running.read().unwrap());
        let psql = self.own.as_ref().map_or(PathBuf::from("psql"), |own| own.programs.join("psql"));
        run(Command::new(psql).args(["-qAt", "-d", url, "-c", sql]))
    }

    pub(crate) fn url(&self, database: &str) -> String {
        let (server, _) = self.admin.rsplit_once('/').unwrap();
        format!("{server}/{database}")
    }

    /// A URL over TCP, with this user, host and parameters; none if the server is not the tests' own.
    pub(crate) fn url_by(&self, user: &str, host: &str, parameters: &str) -> Option<String> {
        let Own { port, .. } = self.own.as_ref()?;
        Some(format!("postgres://{user}@{host}:{port}/postgres?{parameters}"))
    }

    /// The path of a file in the server's folder of data.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.own.as_ref()?.folder.path().join("data").join(name))
    }

    pub(crate) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Stops the server as a crash would, and starts it again. Only one of the tests' own can be.
    pub(crate) fn restart(&self) -> bool {
        let Some(own) = &self.own else { return false };
        let _alone = own.running.write().unwrap();
        let data = own.folder.path().join("data");
        let again = format!(
            "{}/pg_ctl -D {} -m immediate -o '{}' -l /dev/null -w restart",
            own.programs.display(),
            data.display(),
            options(own.folder.path(), own.port)
        );
        run(&mut shell(own.as_postgres, &again));
        true
    }
}

/// The certificate of the server's, and of nobody's: one that signs for no server here.
pub(crate) const CERTIFICATE: &str = "server.crt";
pub(crate) const ANOTHER: &str = "another.crt";

/// Gives a server a certificate that it has signed itself, for `localhost` alone, and a user whose password is asked for.
fn certify(data: &Path, as_postgres: bool) {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let another = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(data.join(CERTIFICATE), cert.pem()).unwrap();
    std::fs::write(data.join(ANOTHER), another.cert.pem()).unwrap();
    let key = data.join("server.key");
    std::fs::write(&key, signing_key.serialize_pem()).unwrap();
    run(Command::new("chmod").arg("600").arg(&key));
    if as_postgres {
        run(Command::new("chown").arg("postgres").arg(&key));
    }
    let access = data.join("pg_hba.conf");
    let rules = std::fs::read_to_string(&access).unwrap();
    let rules = format!("hostssl all {WITH_PASSWORD} all scram-sha-256\n{rules}");
    std::fs::write(&access, rules).unwrap();
    let settings = data.join("postgresql.conf");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}\nssl = on\n")).unwrap();
}

/// The user whose password is asked for.
pub(crate) const WITH_PASSWORD: &str = "with_password";

fn options(folder: &Path, port: u16) -> String {
    format!(
        "-k {} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200",
        folder.display()
    )
}

fn shell(as_postgres: bool, script: &str) -> Command {
    let mut command = if as_postgres {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.arg("-c").arg(script).current_dir("/");
    command
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The path of a socket as the host of a URL.
fn encoded(path: &Path) -> String {
    path.to_str().unwrap().replace('/', "%2F")
}
