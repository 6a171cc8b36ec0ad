//! What can be typed: commands and their options, from which help, completions and the man page are made as well. One file,
//! since it is read as one: what a command takes is compared with what the others take.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::model::Shard;

/// Turns a folder of Markdown into a documentation site whose articles know each other.
#[derive(Debug, Parser)]
#[command(
    name = "docweave",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "Begin with `docweave init my-site`, then `docweave serve --root my-site`.\n\
                  Exit codes: 0 done, 1 mistakes in the content, 2 wrong usage or a failure of the environment."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a small working site in a new or empty folder
    Init(Init),
    /// Begin an article from an archetype
    New(New),
    /// Make articles of what was written elsewhere
    Import(Import),
    /// Move an article or a folder, with every link to it
    Mv(Mv),
    /// Give a heading other words, with every link to it
    RenameHeading(RenameHeading),
    /// Print every address and every heading's id of the site, or record them
    Urls(Urls),
    /// Build the site into its output folder
    Build(Build),
    /// Join the shards of a site that several machines built
    Merge(Merge),
    /// Say everything that is wrong with the site, and what could be better
    Check(Check),
    /// Build the site, and send what changed to where readers are
    Publish(Publish),
    /// Say what two builds differ in, page by page
    Diff(Diff),
    /// Build the site in memory, show it in a browser, and follow every change
    Serve(Serve),
    /// Print what was found out about the site, as JSON
    Export(Export),
    /// Say why the site is woven as it is
    Explain(Explain),
    /// Work on the topics of the site
    Topics(Topics),
    /// Work on the related reading of the site
    Related(Related),
    /// Print completions for a shell
    Completions {
        /// The shell to complete for
        shell: Shell,
    },
    /// Print the man page, in roff
    Man,
    /// Print the licences that ask to be passed on with the program
    Licences,
}

/// `docweave init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to make the site in
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The site's title [default: the folder's name]
    #[arg(long)]
    pub title: Option<String>,
    /// Write a pipeline that checks, builds and publishes the site; where there is a site already, nothing else
    #[arg(long, value_name = "HOST")]
    pub ci: Option<PipelineHost>,
}

/// Who runs the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PipelineHost {
    /// GitHub Actions
    #[value(name = "github")]
    GitHub,
    /// GitLab CI
    #[value(name = "gitlab")]
    GitLab,
    /// Forgejo Actions, as at Codeberg
    Forgejo,
    /// An image with a web server: `Dockerfile`
    Docker,
}

/// `docweave new`.
#[derive(Debug, Args)]
#[command(after_help = "Example: `docweave new guides/first-steps.md` writes content/guides/first-steps.md.\n\
                        An archetype is a file of the site, archetypes/NAME.md, in which {{ title }} and {{ date }} are filled in.")]
pub struct New {
    /// The article, relative to content/, with or without `.md`
    pub path: String,
    /// The article's title [default: from the file's name]
    #[arg(long)]
    pub title: Option<String>,
    /// The archetype: archetypes/NAME.md of the site [default: the one named like the first folder, else `default`]
    #[arg(long, value_name = "NAME")]
    pub kind: Option<String>,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
}

/// `docweave mv`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: `docweave mv guides/start.md guides/first-steps.md`. Links are mended, and the old address redirects.\n\
                        Files that only this article uses move along, and so does the folder that has its name."
)]
pub struct Mv {
    /// The article or the folder, from the site's folder or from content/
    pub old: String,
    /// Its new path, likewise; a folder that exists, or a `/` at its end, means into it
    pub new: String,
    /// Show what would change, as a patch, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave rename-heading`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: `docweave rename-heading guides/start.md#install \"Set it up\"`. Links are mended, and the old address\n\
                        leads to the heading as before."
)]
pub struct RenameHeading {
    /// The article, `#`, and the heading's id or words
    #[arg(value_name = "FILE#HEADING")]
    pub heading: String,
    /// The heading's new words, as Markdown
    #[arg(required_unless_present = "id")]
    pub new: Option<String>,
    /// The heading's new id [default: from its words, or the one that is written behind it]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Show what would change, as a patch, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave urls`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: `docweave urls --write`, then commit urls.txt. From then on each build tells of addresses and ids that are lost."
)]
pub struct Urls {
    /// Write them into urls.txt, in the site's folder
    #[arg(long)]
    pub write: bool,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave import`.
#[derive(Debug, Args)]
pub struct Import {
    /// What to make articles of.
    #[command(subcommand)]
    pub from: ImportFrom,
}

/// What articles are made of.
#[derive(Debug, Subcommand)]
pub enum ImportFrom {
    /// Make articles of plain text, such as text copied from web pages
    Text(ImportText),
}

/// `docweave import text`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: `docweave import text notes.txt` writes content/TITLE.md, and data/TITLE-CARDS.toml where cards stand around\n\
                        the text. No file is overwritten. What became of which line is told, and what is uncertain."
)]
pub struct ImportText {
    /// The texts, each of which becomes an article
    #[arg(value_name = "FILE", required = true)]
    pub file: Vec<PathBuf>,
    /// The folder for the articles: the site's content, or a folder in it
    #[arg(long, value_name = "DIR", default_value = "content")]
    pub out: PathBuf,
    /// The encoding of the texts, such as `windows-1252` [default: UTF-8, or what a byte order mark says]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// Where the site is.
#[derive(Clone, Debug, Args)]
pub struct SiteFolder {
    /// The site's folder, which holds site.toml
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
}

/// `docweave build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// What is published, and where it will live.
    #[command(flatten)]
    pub content: ContentChoice,
    /// The folder to write to [default: `output` of site.toml, or `public`]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Make only the files of one shard, as `3/8` for the third of eight; `docweave merge` joins them
    #[arg(long, value_name = "K/N", requires = "output")]
    pub shard: Option<Shard>,
    /// Use no memo of earlier builds: every page is made anew, to the same bytes
    #[arg(long)]
    pub no_cache: bool,
    /// Leave the cache aside that `[cache]` of site.toml shares with other machines
    #[arg(long)]
    pub no_remote_cache: bool,
    /// Read the shared cache, and give it nothing: for builds of what strangers wrote
    #[arg(long)]
    pub no_cache_push: bool,
    /// Say which part of what a page depends on changed; PAGE is a source, an address or an output file
    #[arg(long, value_name = "PAGE")]
    pub explain: Option<String>,
    /// Build once more, cold and in memory, and fail on the first byte that differs
    #[arg(long)]
    pub verify: bool,
    /// What counts as an error: `--deny warnings`, or `--deny advice` for both
    #[arg(long, value_name = "WHAT")]
    pub deny: Option<Denied>,
    /// How many threads to use [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Say how long each stage took
    #[arg(long)]
    pub timings: bool,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave merge`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: `docweave merge shards/* --output public`, after `docweave build --shard 1/2 --output shards/1`\n\
                        and the same for 2/2, on any machines. The result is the same, byte for byte, as that of one build."
)]
pub struct Merge {
    /// The folders of all shards, in any order
    #[arg(required = true)]
    pub shards: Vec<PathBuf>,
    /// The folder to write the site to
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave check`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example: `docweave check --deny warnings --format sarif --report findings.sarif`.\n\
                        A comment allows what stands below it: `<!-- check: allow broken-link -->`.")]
pub struct Check {
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// What is published, and where it will live.
    #[command(flatten)]
    pub content: ContentChoice,
    /// Who the findings are for [default: people; on GitHub's runners annotations as well]
    #[arg(long, value_name = "NAME")]
    pub format: Option<Format>,
    /// The file that the findings are written to, instead of standard output
    #[arg(long, value_name = "FILE", requires = "format")]
    pub report: Option<PathBuf>,
    /// What counts as an error: `--deny warnings`, or `--deny advice` for both
    #[arg(long, value_name = "WHAT")]
    pub deny: Option<Denied>,
    /// Mend what has one right answer; with `--dry-run` only show how
    #[arg(long, conflicts_with = "write_baseline")]
    pub fix: bool,
    /// Show what `--fix` would change, and change nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Ask other sites whether the links to them lead anywhere
    #[arg(long)]
    pub external: bool,
    /// Run the samples of code whose languages have a command in `[check.samples]`
    #[arg(long)]
    pub samples: bool,
    /// Accept everything that is found now, in check-baseline.txt: from then on only what is new is told
    #[arg(long)]
    pub write_baseline: bool,
    /// Leave the baseline as it is, where less than it accepts is found
    #[arg(long)]
    pub locked: bool,
    /// Print the rules, their levels, and which of them `--fix` can mend
    #[arg(long, conflicts_with_all = ["fix", "write_baseline", "explain"])]
    pub list: bool,
    /// Print what a rule is about, why, and an example
    #[arg(long, value_name = "RULE", conflicts_with_all = ["fix", "write_baseline"])]
    pub explain: Option<String>,
    /// Use no memo of earlier builds
    #[arg(long)]
    pub no_cache: bool,
    /// Leave the cache aside that `[cache]` of site.toml shares with other machines
    #[arg(long)]
    pub no_remote_cache: bool,
    /// How many threads to use [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave publish`.
#[derive(Debug, Args)]
#[command(
    after_help = "Targets are tables of site.toml: `[publish.live]` with `to = \"../live\"`, then `docweave publish live`.\n\
                  A publish may be stopped at any moment, and run again."
)]
pub struct Publish {
    /// The target: the NAME of a table `[publish.NAME]` of site.toml [default: the only one]
    pub target: Option<String>,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// What is published, and where it will live.
    #[command(flatten)]
    pub content: ContentChoice,
    /// Send what stands in the output folder, without building
    #[arg(long)]
    pub no_build: bool,
    /// Say what would be sent and removed, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the plan in this format, and do nothing
    #[arg(long, value_name = "FORMAT")]
    pub plan: Option<PlanFormat>,
    /// Remove as many files as it takes
    #[arg(long)]
    pub allow_removals: bool,
    /// Replace files at the target that docweave did not send, where the site has one of the same name
    #[arg(long)]
    pub overwrite: bool,
    /// How long to wait for another publish to the same target
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub wait: u64,
    /// Say what the target can go back to
    #[arg(long, conflicts_with_all = ["no_build", "dry_run", "plan", "allow_removals", "overwrite"])]
    pub list: bool,
    /// Go back to the release before the one that readers see
    #[arg(long, conflicts_with_all = ["no_build", "dry_run", "plan", "allow_removals", "overwrite", "list"])]
    pub rollback: bool,
    /// What counts as an error: `--deny warnings`, or `--deny advice` for both
    #[arg(long, value_name = "WHAT")]
    pub deny: Option<Denied>,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// Lines to read
    Text,
    /// One object
    Json,
}

/// `docweave diff`.
#[derive(Debug, Args)]
#[command(after_help = "Example: `docweave diff live public` compares what was published with what was built.\n\
                        Exit code: 0, whether they differ or not.")]
pub struct Diff {
    /// The older build: its output folder, the manifest of one, or a commit, branch or tag of git
    pub old: PathBuf,
    /// The newer build
    pub new: PathBuf,
    /// Where the site is that commits hold
    #[command(flatten)]
    pub site: SiteFolder,
    /// How the answer is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: DiffFormat,
}

/// How a difference is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Lines to read
    Text,
    /// One object
    Json,
    /// A comment for a merge request
    Markdown,
}

/// `docweave serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// What is published, and where it will live.
    #[command(flatten)]
    pub content: ContentChoice,
    /// The port to listen on; if it is taken, the next free one
    #[arg(long, short, default_value_t = 3000)]
    pub port: u16,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDR")]
    pub host: std::net::IpAddr,
    /// Open the site in a browser
    #[arg(long)]
    pub open: bool,
    /// Let browsers go to the page of each article that is saved
    #[arg(long)]
    pub follow: bool,
    /// What links to the places of mistakes open: a name such as `code`, an address with {path}, {line} and {column}, or
    /// `none` [default: from VISUAL or EDITOR, else `code`]
    #[arg(long, value_name = "EDITOR")]
    pub editor: Option<String>,
    /// Show the writer's panel from the start; Alt+P opens and closes it
    #[arg(long)]
    pub panel: bool,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave export`.
#[derive(Debug, Args)]
pub struct Export {
    /// What to print.
    #[command(subcommand)]
    pub what: ExportWhat,
}

/// What is printed.
#[derive(Debug, Subcommand)]
pub enum ExportWhat {
    /// Print the articles that are most related to each article, best first
    Related(ExportRelated),
    /// Print the best topic of each section of at least 12 words, article by article
    Topics(ExportSite),
    /// Print the whole graph: pages, sections, links, topics and redirects
    Graph(ExportSite),
}

/// `docweave export related`.
#[derive(Debug, Args)]
pub struct ExportRelated {
    /// How many for each article or section
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    /// What to see also at each section instead: a list for each section of each article, in order
    #[arg(long)]
    pub sections: bool,
    /// The site.
    #[command(flatten)]
    pub site: ExportSite,
}

/// `docweave export topics`, `docweave export graph`, `docweave topics suggest`.
#[derive(Debug, Args)]
pub struct ExportSite {
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// What is published, and where it will live.
    #[command(flatten)]
    pub content: ContentChoice,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// What to explain.
    #[command(subcommand)]
    pub what: ExplainWhat,
}

/// What is explained.
#[derive(Debug, Subcommand)]
pub enum ExplainWhat {
    /// Say which topics the sections of an article have, and why
    Topics(ExplainTopics),
}

/// `docweave explain topics`.
#[derive(Debug, Args)]
pub struct ExplainTopics {
    /// The article: its path from the site's folder or from `content/`
    pub file: String,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// What is published, and where it will live.
    #[command(flatten)]
    pub content: ContentChoice,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// `docweave topics`.
#[derive(Debug, Args)]
pub struct Topics {
    /// What to do.
    #[command(subcommand)]
    pub what: TopicsWhat,
}

/// What is done with topics.
#[derive(Debug, Subcommand)]
pub enum TopicsWhat {
    /// Propose topics for a site, as lines for site.toml
    Suggest(ExportSite),
}

/// `docweave related`.
#[derive(Debug, Args)]
pub struct Related {
    /// What to do.
    #[command(subcommand)]
    pub what: RelatedWhat,
}

/// What is done with related reading.
#[derive(Debug, Subcommand)]
pub enum RelatedWhat {
    /// Fit what counts to the lists that editors wrote, as lines for site.toml
    Fit(RelatedFit),
}

/// `docweave related fit`.
#[derive(Debug, Args)]
pub struct RelatedFit {
    /// A heading below which editors list what else to read, once for each [default: `See also`, `Related links` and others]
    #[arg(long, value_name = "TEXT")]
    pub heading: Vec<String>,
    /// Write the weights into site.toml, if they do better than those that it would go by without any
    #[arg(long)]
    pub write: bool,
    /// Where the site is.
    #[command(flatten)]
    pub site: SiteFolder,
    /// How much is said.
    #[command(flatten)]
    pub voice: Voice,
}

/// What of the content is published, and where it will live.
#[derive(Clone, Debug, Args)]
pub struct ContentChoice {
    /// Where the site will live, in place of `base_url` of site.toml: `https://example.org/docs/` or `/docs/`
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Include drafts, and articles before `publish_on` or after `expires_on`
    #[arg(long)]
    pub drafts: bool,
}

/// How much is said.
#[derive(Clone, Debug, Args)]
pub struct Voice {
    /// Say nothing but what is wrong
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: what was parsed, composed and rendered
    #[arg(long, short)]
    pub verbose: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What `--format` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: each finding with the text that it is about
    Human,
    /// JSON, by the schema in the manual
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub's runners
    Github,
    /// GitLab's report of code quality
    Gitlab,
    /// XML as JUnit's
    Junit,
    /// A summary to post on a merge request
    Markdown,
}

/// What `--deny` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Denied {
    /// Warnings count as errors: nothing is written
    Warnings,
    /// Warnings and advice count as errors
    Advice,
}
