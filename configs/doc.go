// Package configs turns a YAML file into an experiment, or into a list of everything that is wrong
// with it.
//
// # Loading
//
// [Load] takes the name of a shipped config or the path of a file, and overrides of the form
// key.path=value. What is not set keeps its default ([Defaults]): blocks are merged key by key. Two
// things replace the default whole: lists, and the block data.signal, because a signal of one kind
// must not inherit the numbers of another kind. An override of a key inside data.signal edits the
// signal that is in force.
//
// Loading is strict. An unknown key, a key that is set twice, a value of the wrong type, a key
// without a value, a number that is not finite and a second document are errors, and so is every
// impossible value or combination of values. All of them are reported at once, in one [Error].
//
// The configs under paper are the experiments of arXiv:2511.03095; those under beyond go further.
//
// # Keys
//
// A key path is the names of the blocks and the key, joined by dots: train.width.schedule. Elements
// of a list carry an index, toys.signal[2], in messages; a list is set as a whole.
//
// # Identity
//
// [Experiment.YAML] writes the resolved config in one canonical form, which loads to the same
// experiment. [Experiment.Digest] is the SHA-256 of that text without the description, so that
// comments, the order of keys and defaults that are spelled out do not change it.
package configs
