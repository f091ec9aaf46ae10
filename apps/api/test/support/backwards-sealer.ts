export { TurnedSealer as BackwardsSealer } from '@hostwright/platform/testing';
