//! Stories of several devices in the world in memory, named by what people see. Stories with real servers stand in the
//! server's own tests.

mod approval;
mod conflicts;
mod costs;
mod crashes;
mod dishonest_approval;
mod dishonest_sequencer;
mod dishonest_server;
mod fixtures;
mod holds;
mod hostile_packages;
mod invitations;
mod lost;
mod members;
mod mixed;
mod own_devices;
mod packages;
mod plans;
mod reading;
mod recovery;
mod refusals;
mod replays;
mod rollbacks;
mod rubbish;
mod sayings;
mod sequencers;
mod signing_in;
mod trust;
mod two_people;
mod walks;
