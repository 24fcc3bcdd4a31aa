// The whole network of the AT protocol on loopback: directory, account server, indexer. Prints one line of JSON when it
// is ready; GET on the printed `settle` address answers when everything written so far is indexed. SIGTERM ends it.
import { createServer } from 'node:http'
import { TestNetwork } from '@atproto/dev-env'

const network = await TestNetwork.create({ dbPostgresSchema: 'earned', pds: { hostname: 'localhost' } })
const control = createServer(async (_, answer) => {
  try {
    await network.processAll()
    answer.end('settled')
  } catch (fault) {
    answer.writeHead(500).end(String(fault))
  }
})
control.listen(0, '127.0.0.1', () => {
  const { plc, pds, bsky } = network
  const settle = `http://127.0.0.1:${control.address().port}/`
  console.log(JSON.stringify({ plc: plc.url, pds: pds.url, appview: bsky.url, settle }))
})
process.on('SIGTERM', () => process.exit(0)) // its databases go with it
