//! The configuration: a file with profiles, the environment over it, and flags over both.

mod key;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use etcetera::{BaseStrategy, choose_base_strategy};
use serde::Deserialize;

use crate::failure::Failure;
pub(crate) use key::Key;

/// What the calls of this run are made with.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The file, whether or not it is there.
    pub(crate) file: PathBuf,
    /// The name of the profile, if the file has one that was asked for or is the default.
    pub(crate) name: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) profile: Profile,
}

/// A section `[profiles.NAME]` of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// A file that holds the key and nothing else.
    pub(crate) api_key_file: Option<PathBuf>,
    /// A program that prints the key: `["secret-tool", "lookup", "service", "trenz"]`.
    pub(crate) api_key_command: Option<Vec<String>>,
    pub(crate) base_url: Option<String>,
    /// The URL of the spend ledger, or `off`.
    pub(crate) ledger: Option<String>,
    /// Calls that may cost more coins than this are asked about.
    pub(crate) confirm_above: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// What is asked about where the profile does not say, in coins.
const CONFIRM_ABOVE: u64 = 100;

impl Settings {
    /// Reads the file and the environment.
    pub(crate) fn load(matches: &ArgMatches) -> Result<Self, Failure> {
        let flag = |name: &str| matches.get_one::<String>(name).cloned();
        let given = flag("config").or_else(|| variable("TRENZ_CONFIG"));
        let path = match &given {
            Some(path) => PathBuf::from(path),
            None => folders()?.config_dir().join("trenz").join("config.toml"),
        };
        let file = File::read(&path, given.is_some())?;
        let name = flag("profile").or_else(|| variable("TRENZ_PROFILE"));
        let (name, profile) = file.profile(name, &path)?;
        let base_url = flag("base-url").or_else(|| variable("TRENZ_BASE_URL"));
        let base_url = base_url.or_else(|| profile.base_url.clone());
        let settings = Self { file: path, name, base_url, profile };
        key::hide(&settings);
        Ok(settings)
    }

    /// The coins above which a call is asked about.
    pub(crate) fn confirm_above(&self) -> u64 {
        self.profile.confirm_above.unwrap_or(CONFIRM_ABOVE)
    }

    /// The key, and where it is from.
    pub(crate) fn key(&self) -> Result<Key, Failure> {
        key::find(self)
    }

    /// The URL of the spend ledger; `None` where it was turned off.
    pub(crate) fn ledger(&self) -> Result<Option<String>, Failure> {
        let given = variable("TRENZ_LEDGER").or_else(|| self.profile.ledger.clone());
        match given.as_deref() {
            Some("off") => Ok(None),
            Some(url) => Ok(Some(url.to_owned())),
            None => {
                let folder = data_folder()?;
                fs::create_dir_all(&folder).map_err(|error| {
                    Failure::local(format!("cannot make {}: {error}", folder.display()))
                })?;
                Ok(Some(format!("sqlite://{}", folder.join("ledger.db").display())))
            }
        }
    }

    /// A path of the file, below the folder that the file is in.
    fn resolve(&self, path: &Path) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }
}

impl File {
    fn read(path: &Path, is_required: bool) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_required => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Failure::usage(format!("cannot read {}: {error}", path.display())));
            }
        };
        toml::from_str(&text).map_err(|error| {
            Failure::usage(format!("{}: {}", path.display(), error.to_string().trim_end()))
        })
    }

    fn profile(
        mut self,
        name: Option<String>,
        path: &Path,
    ) -> Result<(Option<String>, Profile), Failure> {
        let Some(name) = name.or(self.default_profile) else {
            return Ok((None, Profile::default()));
        };
        if let Some(profile) = self.profiles.remove(&name) {
            return Ok((Some(name), profile));
        }
        let known: Vec<String> = self.profiles.into_keys().collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let path = path.display();
        Err(Failure::usage(format!(
            "the profile {name}: expected one of those in {path}, which are: {known}"
        )))
    }
}

/// Where the program keeps what it remembers.
pub(crate) fn data_folder() -> Result<PathBuf, Failure> {
    Ok(folders()?.data_dir().join("trenz"))
}

fn folders() -> Result<impl BaseStrategy, Failure> {
    choose_base_strategy()
        .map_err(|_| Failure::usage("the home folder cannot be found: set HOME, or pass --config"))
}

/// A variable of the environment, unless it is empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
