// Package twosample holds the interface and the registry of two-sample tests, and SparKer.
//
// A [Test] compares a data sample with a reference sample: a pair goes in, one statistic per scale
// comes out, and larger means more anomalous. It knows nothing of toys, calibration or power.
//
// A [Method] describes how to make Tests. Packages make their methods known with [Register], and
// all other code treats them alike: it finds them with [Lookup], asks for their abilities, and
// makes their tests from a [Setup]. The package itself registers [SparKer]; package baselines
// registers the tests of others.
//
// A [Recipe] is a named way to set up SparKer.
package twosample
