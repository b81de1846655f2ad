//! Calls a store whose base URL is the argument.

use trenz_api::Client;
use trenz_api::pets::ListPetsStatus as Status;
use trenz_api::types::Pet;

fn main() -> Result<(), trenz_api::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call(&std::env::args().nth(1).unwrap()))
}

async fn call(base_url: &str) -> Result<(), trenz_api::Error> {
    let client = Client::builder().api_key("key").base_url(base_url).build()?;

    let pets = client
        .pets()
        .list_pets()
        .status([Status::Available, Status::Sold])
        .tag(["a", "b&c"])
        .limit(2)
        .send()
        .await?;
    assert_eq!(pets.data.len(), 2);
    assert_eq!(pets.data[0].name, "Rex");
    // A value that the document does not list is kept.
    assert_eq!(pets.data[1].status.as_ref().unwrap().as_str(), "stolen");

    let rex = Pet::builder().name("Rex").id(8).build();
    let pet = client.pets().update_pet().id(7).body(rex).send().await?;
    assert_eq!(pet.data.category.unwrap().name.as_deref(), Some("dogs"));

    client.pets().delete_pet().id(7).send().await?;

    let inventory = client.orders().get_inventory().send().await?;
    assert_eq!(inventory.data["sold"], 3);

    let missing = client.pets().get_pet_by_id().id(404).send().await.unwrap_err();
    assert_eq!(missing.status().map(|status| status.as_u16()), Some(404));
    Ok(())
}
