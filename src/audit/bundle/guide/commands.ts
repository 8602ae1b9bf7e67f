/** Commands are the same in every language. */
export const BY_HAND = {
  zip: `openssl dgst -sha256 -binary BUNDLE.zip > zip.hash
base64 -d BUNDLE.zip.sig > zip.signature
openssl pkeyutl -verify -pubin -inkey ledger/public-key.pem -rawin -in zip.hash -sigfile zip.signature`,
  manifest: `openssl dgst -sha256 -binary MANIFEST.json > manifest.hash
base64 -d MANIFEST.sig > manifest.signature
openssl pkeyutl -verify -pubin -inkey ledger/public-key.pem -rawin -in manifest.hash -sigfile manifest.signature`,
  files: `grep -o "\\"name\\":\\"SHA256SUMS\\",\\"sha256\\":\\"$(sha256sum < SHA256SUMS | cut -c1-64)\\"" MANIFEST.json
sha256sum --check --quiet SHA256SUMS && echo all files hold`,
  freeze: `tail -n 1 ledger/ledger.jsonl
sha256sum report/report.json`,
  entry: `tail -n 1 ledger/ledger.jsonl | tr -d '\\n' | sed -E 's/"hash":"[0-9a-f]{64}",("number":[0-9]+,"previous":)/\\1/; s/,"signature":"[^"]*"\\}$/}/' | sha256sum`,
  signature: `tail -n 1 ledger/ledger.jsonl | grep -o '"hash":"[0-9a-f]*","number"' | cut -c9-72 | tr a-f A-F | basenc --base16 -d > entry.hash
tail -n 1 ledger/ledger.jsonl | grep -o '"signature":"[^"]*"' | cut -d'"' -f4 | base64 -d > entry.signature
openssl pkeyutl -verify -pubin -inkey ledger/public-key.pem -rawin -in entry.hash -sigfile entry.signature`,
}

export type ByHand = typeof BY_HAND
