//! One signed-in device.
