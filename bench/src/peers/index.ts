export { installPeers, Peer, type PeerResult } from './peer-process.js';
