/**
 * Commands are the same in every language, and work as they stand in an otherwise empty folder with the zip and its signature.
 *
 * @param zip name of the zip, as it is downloaded
 */
export function byHand(zip: string) {
  return {
    begin: `unzip -q ${zip} -d unpacked`,
    fingerprint: 'openssl pkey -pubin -in unpacked/ledger/public-key.pem -outform DER | sha256sum',
    script: `node unpacked/verify/greengauge-verify.mjs ${zip} --key "FINGERPRINT"`,
    zip: `mkdir -p work
openssl dgst -sha256 -binary ${zip} > work/zip.hash
base64 -d ${zip}.sig > work/zip.signature
openssl pkeyutl -verify -pubin -inkey unpacked/ledger/public-key.pem -rawin -in work/zip.hash -sigfile work/zip.signature`,
    manifest: `openssl dgst -sha256 -binary unpacked/MANIFEST.json > work/manifest.hash
base64 -d unpacked/MANIFEST.sig > work/manifest.signature
openssl pkeyutl -verify -pubin -inkey unpacked/ledger/public-key.pem -rawin -in work/manifest.hash -sigfile work/manifest.signature`,
    files: `grep -o "\\"name\\":\\"SHA256SUMS\\",\\"sha256\\":\\"$(sha256sum < unpacked/SHA256SUMS | cut -c1-64)\\"" unpacked/MANIFEST.json
(cd unpacked && sha256sum --check --quiet SHA256SUMS) && echo all files hold
(cut -c67- unpacked/SHA256SUMS; printf 'MANIFEST.json\\nMANIFEST.sig\\nSHA256SUMS\\n') | LC_ALL=C sort > work/listed
(cd unpacked && find . -type f) | cut -c3- | LC_ALL=C sort | diff work/listed - && echo no other file is there`,
    freeze: `tail -n 1 unpacked/ledger/ledger.jsonl
sha256sum unpacked/report/report.json`,
    entry: `tail -n 1 unpacked/ledger/ledger.jsonl | tr -d '\\n' | sed -E 's/"hash":"[0-9a-f]{64}",("number":[0-9]+,"previous":)/\\1/; s/,"signature":"[^"]*"\\}$/}/' | sha256sum`,
    signature: `tail -n 1 unpacked/ledger/ledger.jsonl | grep -o '"hash":"[0-9a-f]*","number"' | cut -c9-72 | tr a-f A-F | basenc --base16 -d > work/entry.hash
tail -n 1 unpacked/ledger/ledger.jsonl | grep -o '"signature":"[^"]*"' | cut -d'"' -f4 | base64 -d > work/entry.signature
openssl pkeyutl -verify -pubin -inkey unpacked/ledger/public-key.pem -rawin -in work/entry.hash -sigfile work/entry.signature`,
    python: 'python3 work/check.py',
  }
}

export type ByHand = ReturnType<typeof byHand>

/** Chain, what was frozen, days and configurations, with the Python that everybody has. */
export const PYTHON = `import hashlib, json, os, re
os.chdir('unpacked')
read = lambda name: open(name, 'rb').read()
sha = lambda b: hashlib.sha256(b).digest()

def root(leaves):
    if len(leaves) == 1: return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha(b'\\1' + root(leaves[:k]) + root(leaves[k:]))

bodies, previous = {}, '0' * 64
LINE = rb'(.*,)"hash":"(\\w+)",("number":\\d+,"previous":"(\\w+)"),"signature":"[^"]*"}'
for line in read('ledger/ledger.jsonl').split(b'\\n')[:-1]:
    start, own, end, before = re.fullmatch(LINE, line).groups()
    assert sha(start + end + b'}').hex() == own.decode() and before.decode() == previous, line[:80]
    entry, previous = json.loads(line), own.decode()
    bodies[entry['number']] = entry['body']
print('chain:', len(bodies), 'entries, head', previous)

frozen = list(bodies.values())[-1]
for name, sha256 in frozen.get('files', {}).items(): assert sha(read(name)).hex() == sha256, name
print('frozen with the report:', len(frozen.get('files', {})), 'files')

folders = {'reading': 'readings', 'event': 'events', 'link': 'links', 'conflict': 'conflicts'}
for day in (bodies[number] for number in frozen['days']):
    name = f"evidence/{day['plant']}/{folders[day['rows_of']]}/{day['day']}.csv"
    rows = re.findall(rb'((?:[^"\\n]|"[^"]*")*)\\n', read(name))[1:]
    assert len(rows) == day['rows'] and root([sha(b'\\0' + row) for row in rows]).hex() == day['root'], name
    for file in day['files']: assert sha(read('archive/' + file['name'])).hex() == file['sha256'], file
print('days:', len(frozen['days']), 'roots')

plants = {plant['id'] for plant in json.loads(read('report/report.json'))['plants']}
for number, body in bodies.items():
    if body['kind'] == 'configuration':
        for plant, sha256 in body['plants'].items():
            name = f'evidence/{plant}/configurations/{number:06}.json'
            if plant in plants: assert sha(read(name)).hex() == sha256, name
    if body['kind'] == 'factors': factors = body['files']
for name, sha256 in factors.items(): assert sha(read('evidence/factors/' + name)).hex() == sha256, name
print('configurations and factor tables hold')
`
