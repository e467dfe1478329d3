// Package twosample holds the tests that compare a data sample with a reference sample: a pair goes
// in, one statistic per scale comes out, larger meaning more anomalous.
//
// A test knows nothing of toys, calibration or power; those see only the [Test] interface, and so
// treat all tests alike.
package twosample
