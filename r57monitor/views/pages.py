"""The names of the dashboard's pages, as they stand in addresses and in data/ui.toml (`nav.…`)."""

PAGE_NAMES = ("overview", "province", "figures", "targets", "articles", "sources", "digest", "quality")
