// Package configs reads YAML into an experiment or a sweep of experiments, or into a list of
// everything that is wrong with it.
//
// # Loading
//
// [Load] takes the name of a shipped config or the path of a file, and overrides of the form
// key.path=value. [LoadSweep] does the same for a config whose sweep block makes several
// experiments. Keys that are not set keep their defaults ([Defaults]).
//
// Blocks are merged with the defaults key by key. Lists and the blocks data.signal and data.files,
// with the tables in the latter, replace the default as a whole: a signal of one kind must not
// inherit the numbers of another kind. An override of a key inside these blocks edits the block
// that is in force.
//
// Loading is strict. Unknown keys, keys that are set twice, keys without a value, values of the
// wrong type, numbers that are not finite and a second document are errors. So are impossible
// values and combinations of values. One [Error] reports all of them.
//
// The configs under paper are the experiments of arXiv:2511.03095. Those under beyond and
// applications go further.
//
// # Keys
//
// A key path is the names of the blocks and the key, joined by dots: train.width.schedule. In
// messages, the elements of a list have an index: toys.signal[2]. A list is set as a whole.
//
// [Keys] returns every key with its type, default, limits and meaning. The meaning is the doc
// comment of the key's field, which go generate compiles in. [Explain] looks up one key or block,
// and [Schema] makes a JSON Schema of all keys.
//
// # Identity
//
// [Experiment.YAML] returns the resolved config in a canonical form, which loads to the same
// experiment. [Experiment.Digest] is the SHA-256 of this text without the description. Comments,
// the order of keys and defaults that are written out have no effect on it.
package configs
