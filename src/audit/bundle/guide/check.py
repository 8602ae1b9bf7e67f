import hashlib, json, os, re
os.chdir('unpacked')
read = lambda name: open(name, 'rb').read()
sha = lambda b: hashlib.sha256(b).digest()

def root(leaves):
    if len(leaves) == 1: return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha(b'\1' + root(leaves[:k]) + root(leaves[k:]))

bodies, previous = {}, '0' * 64
LINE = rb'(.*,)"hash":"(\w+)",("number":\d+,"previous":"(\w+)"),"signature":"[^"]*"}'
for line in read('ledger/ledger.jsonl').split(b'\n')[:-1]:
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
    rows = re.findall(rb'((?:[^"\n]|"[^"]*")*)\n', read(name))[1:]
    assert len(rows) == day['rows'] and root([sha(b'\0' + row) for row in rows]).hex() == day['root'], name
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
