// Package baselines holds the two-sample tests of other authors, and scans that know the
// background.
//
// There is one file for each test: its options, its entry in the registry of package twosample, and
// the test itself. Importing the package registers all of them:
//
//	import _ "sparker/twosample/baselines"
//
// [Config] is the block of their options. A test with options is made from its config and the
// number of columns, such as by [NewMMD]; [twosample.Lookup] makes any of them by name.
package baselines
