//! Stories of several devices in the world in memory, named by what people see. Stories with real servers stand in the
//! server's own tests.

mod two_people;
