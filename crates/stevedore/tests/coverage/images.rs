//! Images, builds and registries.

use stevedore::image::{
    Attestations, Build, CancelBuild, History, InspectDistribution, InspectOne, List, Load,
    OpenGrpc, OpenSession, Prune, PruneBuild, Pull, Push, Remove, Save, SaveOne, Search, Tag,
};
use stevedore::system::{Df, Login};
use stevedore::{Upload, container};

use super::archive::tar;
use super::containers::assert_refused;
use super::story::{IMAGE, Story, name, set};

/// `{}` in base64: nobody in particular.
const NOBODY: &str = "e30=";

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn an_image_to_a_registry_and_back() {
    let story = Story::begin().await;
    let registry = set("STEVEDORE_TEST_REGISTRY");
    let repo = format!("{registry}/stevedore/{}", name("image"));
    let whole = format!("{repo}:one");
    let login = Login::new()
        .username("me")
        .password("mine")
        .serveraddress(&registry);
    story.call(&login).await.unwrap();
    story
        .call(&Tag::new().name(IMAGE).repo(&repo).tag("one"))
        .await
        .unwrap();
    story
        .call(&Push::new(NOBODY).name(&repo).tag("one"))
        .await
        .unwrap();
    story
        .call(&InspectDistribution::new().name(&whole))
        .await
        .unwrap();
    story.call(&Remove::new().name(&whole)).await.unwrap();
    story
        .call(&Pull::new().name(&repo).tag("one"))
        .await
        .unwrap();
    story
        .call(&Pull::new().name(&repo).tag("one"))
        .await
        .unwrap();
    story.call(&List::new().all(true)).await.unwrap();
    story
        .call(&List::new().digests(true).filter("reference", &repo))
        .await
        .unwrap();
    if story.speaks(42).await {
        story.call(&List::new().shared_size(true)).await.unwrap();
    }
    if story.speaks(47).await {
        story.call(&List::new().manifests(true)).await.unwrap();
    }
    story.call(&InspectOne::new().name(&whole)).await.unwrap();
    story.call(&History::new().name(&whole)).await.unwrap();
    if story.speaks(52).await {
        story.call(&Attestations::new().name(&whole)).await.unwrap();
    }
    let one = story.call(&SaveOne::new().name(&whole)).await.unwrap();
    let several = story
        .call(&Save::new().names([IMAGE, &whole]))
        .await
        .unwrap();
    assert!(one.len() > 1024 && several.len() > 1024);
    story
        .call(&Remove::new().name(&whole).force(true))
        .await
        .unwrap();
    story
        .call_with(&Load::new(), Upload::bytes(one))
        .await
        .unwrap();
    story.call(&Remove::new().name(&whole)).await.unwrap();
    let source = tar(&[("file", 0o644, b"from a file")]);
    let import = Pull::new()
        .source("-")
        .repo(&repo)
        .tag("imported")
        .message("made up");
    story
        .call_with(&import, Upload::bytes(source))
        .await
        .unwrap();
    story
        .call(&InspectOne::new().name(format!("{repo}:imported")))
        .await
        .unwrap();
    story
        .call(&Remove::new().name(format!("{repo}:imported")))
        .await
        .unwrap();
    let search = Search::new(format!("{}/busy", set("STEVEDORE_TEST_INDEX")));
    let found = story.call(&search).await.unwrap();
    assert_eq!(found[0].name, "busybox");
    let nowhere = Search::new("127.0.0.1:9/busy");
    assert_refused(&story.call(&nowhere).await.unwrap_err());
}

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_build_and_what_is_left_of_it() {
    let story = Story::begin().await;
    let name = name("built");
    let label = format!("stevedore.coverage={name}");
    let file =
        format!("FROM {IMAGE}\nRUN echo made > /made\nLABEL {label}\nHEALTHCHECK CMD true\n");
    let context = tar(&[("Dockerfile", 0o644, file.as_bytes())]);
    let build = Build::new().tag([&name]).rm(true).buildid(&name);
    story
        .call_with(&build, Upload::bytes(context))
        .await
        .unwrap();
    story.call(&InspectOne::new().name(&name)).await.unwrap();
    story.call(&History::new().name(&name)).await.unwrap();
    let create = container::Create::new(&name).cmd(["cat", "/made"]);
    let id = story.call(&create).await.unwrap().id;
    story.call(&container::Remove::new().id(&id)).await.unwrap();
    story.call(&CancelBuild::new(&name)).await.unwrap();
    story.call(&PruneBuild::new().all(true)).await.unwrap();
    let removed = story
        .call(&Remove::new().name(&name).noprune(true))
        .await
        .unwrap();
    assert!(!removed.is_empty());
    let prune = Prune::new()
        .filter("label", &label)
        .filter("dangling", "false");
    story.call(&prune).await.unwrap();
}

/// Old engines have the newer builder, too, and say how it went in its own words.
#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_build_with_the_newer_builder() {
    let story = Story::begin().await;
    let name = name("newer");
    let file = format!("FROM {IMAGE}\nRUN echo made > /made\n");
    let context = tar(&[("Dockerfile", 0o644, file.as_bytes())]);
    let build = Build::new().tag([&name]).version("2").buildid(&name);
    story
        .call_with(&build, Upload::bytes(context))
        .await
        .unwrap();
    story.call(&InspectOne::new().name(&name)).await.unwrap();
    story.call(&List::new()).await.unwrap();
    story.call(&Df::new()).await.unwrap();
    story
        .call(&Remove::new().name(&name).force(true))
        .await
        .unwrap();
    let pruned = story.call(&PruneBuild::new().all(true)).await.unwrap();
    assert!(!pruned.caches_deleted.is_empty());
}

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn connections_for_http2_are_handed_over() {
    let story = Story::begin().await;
    let session = story.call(&OpenSession::new()).await.unwrap();
    assert_eq!(
        (session.status(), session.header("upgrade")),
        (101, Some("h2c"))
    );
    session.duplex().unwrap();
    let grpc = story.call(&OpenGrpc::new()).await.unwrap();
    assert_eq!((grpc.status(), grpc.header("upgrade")), (101, Some("h2c")));
    grpc.duplex().unwrap();
}
