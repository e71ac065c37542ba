//! The command line `alcove`. Orders about invitations, accounts and blocked domains go to the running server by its control socket, and are
//! carried out on the database when none runs.

mod orders;
mod serve;

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use clap::{Parser, Subcommand};

use crate::{
    actions::invite::DEFAULT_DAYS,
    config::Config,
    control::Order,
    error::{Error, Result},
    http::pages::templates::Templates,
    log,
    site::Site,
};

/// Where the configuration is looked for when nobody says.
const USUAL_PLACES: [&str; 2] = ["alcove.toml", "config/alcove.toml"];
/// What else may name it.
const VARIABLE: &str = "ALCOVE_CONFIG";

/// The Alcove server.
#[derive(Parser)]
#[command(name = "alcove", version, about = "The Alcove server: encrypted conversations in the Fediverse")]
pub struct Arguments {
    /// The configuration file; otherwise ALCOVE_CONFIG, ./alcove.toml or ./config/alcove.toml.
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C.
    Serve,
    /// Read the configuration, say what is wrong with it, and do nothing else.
    CheckConfig,
    /// Make, list and take back invitations.
    #[command(subcommand)]
    Invite(Invite),
    /// List and close accounts, change their roles, and let somebody set a new password.
    #[command(subcommand)]
    Account(Account),
    /// Block other servers, end that, and list those that are blocked.
    #[command(subcommand)]
    Domain(Domain),
}

#[derive(Subcommand)]
enum Invite {
    /// Make an invitation and print its link.
    Create {
        /// owner, admin or member.
        #[arg(long, default_value = "member")]
        role: String,
        /// How many people may join by it.
        #[arg(long, default_value_t = 1)]
        uses: u32,
        /// How many days it lasts.
        #[arg(long, default_value_t = DEFAULT_DAYS)]
        days: u32,
        /// For whom; only lists show it.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// List all invitations.
    List,
    /// Take an invitation back.
    Revoke {
        /// Its name in the list.
        name: String,
    },
}

#[derive(Subcommand)]
enum Account {
    /// List all accounts.
    List,
    /// Give an account another role.
    Role {
        /// The name of its handle, without domain.
        name: String,
        /// owner, admin or member.
        role: String,
    },
    /// Close an account: its tokens, sessions and streams end at once.
    Disable {
        /// The name of its handle, without domain.
        name: String,
    },
    /// Freeze an account, as its person does on the page /stolen: everything is signed out, and nothing is sent in its name.
    Freeze {
        /// The name of its handle, without domain.
        name: String,
    },
    /// Let a frozen account be used again.
    Unfreeze {
        /// The name of its handle, without domain.
        name: String,
    },
    /// Replace the key that signs for an account towards other servers, and tell them.
    NewKey {
        /// The name of its handle, without domain.
        name: String,
    },
    /// Print a link with which somebody can set a new password, once, within 24 hours.
    ResetLink {
        /// The name of the handle, without domain.
        name: String,
    },
}

#[derive(Subcommand)]
enum Domain {
    /// Block a domain with all below it: nothing comes in from there, nothing goes out to it, nothing of it is shown. What is
    /// here of it is kept, so that ending the block brings it back.
    Block {
        /// As example.org, or one server with its port, as example.org:8443.
        domain: String,
        /// Why; only the list shows it.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// End the block of a domain.
    Unblock {
        /// As the list has it.
        domain: String,
    },
    /// List all blocked domains.
    List,
}

/// Reads the arguments, does what they say and tells a person what went wrong.
pub fn main(environment: &BTreeMap<String, String>) -> std::process::ExitCode {
    let arguments = Arguments::parse();
    match run(arguments, environment) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            say_why(&error);
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments, environment: &BTreeMap<String, String>) -> Result<()> {
    let file = config_file(arguments.config, environment, Path::new(""));
    let config = Config::load(file.as_deref(), environment)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Error::unknown)?;
    match arguments.command {
        Command::CheckConfig => check(&config, file.as_deref()),
        Command::Serve => {
            make_data_folder(&config)?;
            runtime.block_on(serve::serve(config))
        }
        Command::Invite(invite) => order(&runtime, config, invite.into()),
        Command::Account(account) => order(&runtime, config, account.into()),
        Command::Domain(domain) => order(&runtime, config, domain.into()),
    }
}

fn order(runtime: &tokio::runtime::Runtime, config: Config, order: Order) -> Result<()> {
    make_data_folder(&config)?;
    runtime.block_on(orders::order(config, order))
}

/// The folder is nobody else's to look into: the database and the control socket are in it.
fn make_data_folder(config: &Config) -> Result<()> {
    let folder = &config.server.data;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::invalid(format!("server.data: cannot make {}: {error}", folder.display())))
}

/// The file that is named, else the one that the environment names, else the first of the usual ones that is there.
fn config_file(
    named: Option<PathBuf>,
    environment: &BTreeMap<String, String>,
    folder: &Path,
) -> Option<PathBuf> {
    let usual = || USUAL_PLACES.iter().map(|name| folder.join(name)).find(|path| path.exists());
    named.or_else(|| environment.get(VARIABLE).map(PathBuf::from)).or_else(usual)
}

/// Looks at everything that the configuration names and that can be read without starting.
fn check(config: &Config, file: Option<&Path>) -> Result<()> {
    Site::new(&config.server.public_url, &config.server.handle_domain)?;
    log::filter(&config.log)?;
    Templates::load(&config.server.templates)?;
    crate::http::tls::load(&config.tls)?;
    let name = file.map_or_else(|| "The defaults".to_owned(), |path| path.display().to_string());
    say(&format!("{name}: no mistakes found."))
}

/// Writes a line for whoever reads or pipes the output.
fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").map_err(Error::unknown)
}

/// The sentence, and below it the causes of what nobody foresaw: on the command line the reader is whoever can mend it.
fn say_why(error: &Error) {
    let mut lines = match error {
        Error::Unknown(cause) => vec![cause.to_string()],
        known => vec![known.to_string()],
    };
    let mut cause = match error {
        Error::Unknown(cause) => cause.source(),
        _ => None,
    };
    while let Some(deeper) = cause {
        lines.push(format!("  because: {deeper}"));
        cause = deeper.source();
    }
    // Without standard error there is nobody to tell.
    drop(writeln!(std::io::stderr(), "alcove: {}", lines.join("\n")));
}

impl From<Invite> for Order {
    fn from(invite: Invite) -> Self {
        match invite {
            Invite::Create { role, uses, days, note } => Self::InviteCreate { role, uses, days, note },
            Invite::List => Self::InviteList,
            Invite::Revoke { name } => Self::InviteRevoke { name },
        }
    }
}

impl From<Account> for Order {
    fn from(account: Account) -> Self {
        match account {
            Account::List => Self::AccountList,
            Account::Role { name, role } => Self::AccountRole { name, role },
            Account::Disable { name } => Self::AccountDisable { name },
            Account::Freeze { name } => Self::AccountFreeze { name },
            Account::Unfreeze { name } => Self::AccountUnfreeze { name },
            Account::NewKey { name } => Self::AccountNewKey { name },
            Account::ResetLink { name } => Self::AccountResetLink { name },
        }
    }
}

impl From<Domain> for Order {
    fn from(domain: Domain) -> Self {
        match domain {
            Domain::Block { domain, reason } => Self::DomainBlock { domain, reason },
            Domain::Unblock { domain } => Self::DomainUnblock { domain },
            Domain::List => Self::DomainList,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_make_sense_to_clap() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn orders_are_what_was_typed() {
        let typed = "alcove invite create --role owner --note Grandma --config x.toml";
        let arguments = Arguments::try_parse_from(typed.split(' ')).unwrap();
        assert_eq!(arguments.config.as_deref(), Some(Path::new("x.toml")));
        let Command::Invite(invite) = arguments.command else { panic!("an invitation was asked for") };
        let expected = Order::InviteCreate { role: "owner".into(), uses: 1, days: 7, note: "Grandma".into() };
        assert_eq!(Order::from(invite), expected);
        let arguments = Arguments::try_parse_from("alcove account role ana admin".split(' ')).unwrap();
        let Command::Account(account) = arguments.command else { panic!("an account was meant") };
        assert_eq!(Order::from(account), Order::AccountRole { name: "ana".into(), role: "admin".into() });
        let arguments = ["alcove", "domain", "block", "bad.example", "--reason", "spam, lots"];
        let arguments = Arguments::try_parse_from(arguments).unwrap();
        let Command::Domain(domain) = arguments.command else { panic!("a domain was meant") };
        let expected = Order::DomainBlock { domain: "bad.example".into(), reason: "spam, lots".into() };
        assert_eq!(Order::from(domain), expected);
    }

    #[test]
    fn the_configuration_is_found_by_argument_environment_and_place_in_this_order() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = BTreeMap::new();
        assert_eq!(config_file(None, &nothing, folder.path()), None);
        fs::create_dir(folder.path().join("config")).unwrap();
        fs::write(folder.path().join("config/alcove.toml"), "").unwrap();
        let usual = folder.path().join("config/alcove.toml");
        assert_eq!(config_file(None, &nothing, folder.path()), Some(usual));
        let variables = BTreeMap::from([(VARIABLE.to_owned(), "a.toml".to_owned())]);
        assert_eq!(config_file(None, &variables, folder.path()), Some("a.toml".into()));
        assert_eq!(config_file(Some("b.toml".into()), &variables, folder.path()), Some("b.toml".into()));
    }
}
