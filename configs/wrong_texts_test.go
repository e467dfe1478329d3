package configs

import "strings"

// wrongDocuments are texts that are not a block of keys.
var wrongDocuments = map[string]wrongText{
	"empty": {
		"",
		`f.yaml: holds nothing; want keys and values, such as name: exp1d`,
	},
	"comments only": {
		"# nothing here\n---\n",
		`f.yaml: holds nothing; want keys and values, such as name: exp1d`,
	},
	"a list": {
		"- name: x\n",
		`f.yaml:1:1: is a list; want a block with the keys name, description, seed, data, model,
    loss, train, test, baselines, toys, record, preset, tests, combine, sweep`,
	},
	"a word": {
		"\n  quickstart\n",
		`f.yaml:2:3: is "quickstart"; want a block with the keys name, description, seed, data,
    model, loss, train, test, baselines, toys, record, preset, tests, combine, sweep`,
	},
	"binary": {
		"\x93NUMPY\x01\x00",
		`f.yaml:1: not valid YAML: invalid leading UTF-8 octet`,
	},
	"two documents": {
		"name: x\n---\nname: y\n",
		`f.yaml:2:1: a second document begins here; a config is a single document`,
	},
	"a second document that is broken": {
		"name: x\n---\nname: y: z\n",
		`f.yaml:3: not valid YAML: mapping values are not allowed in this context`,
	},
	"an open bracket below a closed one": {
		"name: x\ntoys: {signal: [0,\n  5]}\ntrain: {clip: 3\nseed: 1\n",
		`f.yaml:4: not valid YAML: did not find expected ',' or '}'`,
	},
	"bad indentation": {
		"name: x\ntrain:\n  epochs: 3\n clip: 4\n",
		`f.yaml:4: not valid YAML: did not find expected key`,
	},
	"a tab": {
		"name: x\ntrain:\n\tepochs: 3\n",
		`f.yaml:3: not valid YAML: found character that cannot start any token (indent with spaces,
    not tabs; text that begins with a special character needs quotes)`,
	},
	"an open quote": {
		"name: \"x\nseed: 1\n",
		`f.yaml:1: not valid YAML: found unexpected end of stream`,
	},
	"an unknown anchor": {
		"name: x\nseed: *one\n",
		`f.yaml:2: not valid YAML: unknown anchor 'one' referenced`,
	},
}

// wrongKeys are texts with keys that a config does not have.
var wrongKeys = map[string]wrongText{
	"no name": {
		"seed: 4\n",
		`f.yaml:1:1: name: is ""; want a folder name of at most 100 letters, digits, ".", "_" and
    "-" that starts with a letter or digit (not set)`,
	},
	"a name that leaves the folder": {
		"name: ../x\n",
		`f.yaml:1:1: name: is "../x"; want a folder name of at most 100 letters, digits, ".", "_"
    and "-" that starts with a letter or digit`,
	},
	"a misspelled name alone": {
		"nmae: x\n",
		`f.yaml:1:1: nmae: unknown key, did you mean "name"? allowed here: name, description, seed,
    data, model, loss, train, test, baselines, toys, record, preset, tests, combine, sweep`,
	},
	"a misspelled key": {
		"name: x\nmodel:\n  kernels: 3\n  sotfmax: true\n",
		`f.yaml:4:3: model.sotfmax: unknown key, did you mean "softmax"? allowed here: kind,
    kernels, softmax, init, centroids, coefficients`,
	},
	"a key of another block": {
		"name: x\nkernels: 3\n",
		`f.yaml:2:1: kernels: unknown key, did you mean the key path "model.kernels"? allowed here:
    name, description, seed, data, model, loss, train, test, baselines, toys, record, preset,
    tests, combine, sweep`,
	},
	"a key like no other": {
		"name: x\ntrain: {momentum: 0.9}\n",
		`f.yaml:2:9: train.momentum: unknown key; allowed here: epochs, optimizer, ridges,
    learning_rate, births, clip, width, checkpoints, engine`,
	},
	"a misspelled signal key hides what follows from it": {
		"name: x\ndata:\n  signal: {kind: gaussian, loc: 6.4, scael: 0.16}\n",
		`f.yaml:3:38: data.signal.scael: unknown key, did you mean "scale"? allowed here: kind,
    loc, scale, bumps, low, high, factor, by`,
	},
	"a key twice": {
		"name: x\nseed: 1\nname: y\n",
		`f.yaml:3:1: name: is set twice; the first time on line 1`,
	},
	"a list as key": {
		"name: x\n? [a]\n: 1\n",
		`f.yaml:2:3: has a list as a key; want one of name, description, seed, data, model, loss,
    train, test, baselines, toys, record, preset, tests, combine, sweep`,
	},
	"a merge key": {
		"name: x\ntrain:\n  <<: {clip: 3}\n",
		`f.yaml:3:3: train.<<: merge keys are not supported; write the keys out, or use an alias
    for a whole value`,
	},
	"a tag": {
		"name: !!binary eA==\n",
		`f.yaml:1:1: name: has the YAML tag !!binary; tags are not supported`,
	},
	"an alias to the block around it": {
		"name: x\ntrain: &t {width: *t}\n",
		`f.yaml:2:19: the alias *t stands inside the value that it repeats, which would have no
    end`,
	},
}

// wrongTypes are texts with values of another type than that of their key.
var wrongTypes = map[string]wrongText{
	"wrong types": {
		"name: 2024\nseed: one\ndata: exponential\nmodel: {kernels: 2.5, softmax: " +
			"yes}\nloss: [np]\ntrain: {clip: \"3\", optimizer: [adam]}\ntoys: {signal: 5}\n",
		`f.yaml:1:1: name: is 2024; want text (quotes make it text)
f.yaml:2:1: seed: is "one"; want a whole number, 0 or more
f.yaml:3:1: data: is "exponential"; want a block with the keys source, files, dim, signal,
    reference, expected, counting, nuisances, weights, columns, standardize
f.yaml:4:9: model.kernels: is 2.5; want a whole number
f.yaml:4:23: model.softmax: is "yes"; want true or false
f.yaml:5:1: loss: is a list; want a block with the keys kind, l2
f.yaml:6:9: train.clip: is "3"; want a number
f.yaml:6:20: train.optimizer: is a list; want text
f.yaml:7:8: toys.signal: is 5; want a list of numbers, such as [0, 5, 10]`,
	},
	"wrong types in lists": {
		"name: x\ndata:\n  signal:\n    kind: bumps\n    bumps:\n      - {loc: [1, a], " +
			"scale: 1, fraction: 1}\n      - 3\ntoys: {signal: [0, {a: 1}, five]}\n",
		`f.yaml:6:19: data.signal.bumps[0].loc[1]: is "a"; want a number
f.yaml:7:9: data.signal.bumps[1]: is 3; want a block with the keys loc, scale, fraction
f.yaml:8:20: toys.signal[1]: is a block of keys; want a number
f.yaml:8:28: toys.signal[2]: is "five"; want a number`,
	},
	"no value": {
		"name: x\nseed:\ntrain:\n  # epochs: 100\n  clip: ~\n  width: {start: null}\nmodel:\n",
		`f.yaml:2:1: seed: has no value; want a whole number, 0 or more
f.yaml:5:3: train.clip: has no value; want a number
f.yaml:6:11: train.width.start: has no value
f.yaml:7:1: model: has no value; want a block with the keys kind, kernels, softmax, init,
    centroids, coefficients`,
	},
	"not finite": {
		"name: x\ndata: {expected: .inf, signal: {kind: gaussian, loc: .nan, scale: " +
			"-.Inf}}\ntoys: {signal: [0, .NaN]}\n",
		`f.yaml:2:8: data.expected: is .inf; want a finite number
f.yaml:2:49: data.signal.loc: is .nan; want a finite number
f.yaml:2:60: data.signal.scale: is -.Inf; want a finite number
f.yaml:3:20: toys.signal[1]: is .NaN; want a finite number`,
	},
	"integers out of range": {
		"name: x\nseed: -1\ntoys: {null: 9223372036854775808, alternative: 1e30}\ntrain: " +
			"{epochs: 1e17}\n",
		`f.yaml:2:1: seed: is -1; want a whole number, 0 or more
f.yaml:3:8: toys.null: is 9223372036854775808; too large for a whole number here
f.yaml:3:35: toys.alternative: is 1e30; too large for a whole number here
f.yaml:4:9: train.epochs: is 1e17; write a whole number of this size in digits`,
	},
	"a seed above 64 bits": {
		"name: x\nseed: 18446744073709551616\n",
		`f.yaml:2:1: seed: is 18446744073709551616; too large for a whole number here`,
	},
	"octal or not": {
		"name: x\nseed: 010\ndata: {expected: 0500}\n",
		`f.yaml:2:1: seed: is 010; leave out the leading zero, which may mean an octal number
f.yaml:3:8: data.expected: is 0500; leave out the leading zero, which may mean an octal number`,
	},
	"widths": {
		"name: x\ntrain:\n  width: {start: wide, end: 0}\n",
		`f.yaml:3:11: train.width.start: is "wide"; want a number above 0, or auto
f.yaml:3:24: train.width.end: is 0; want a number above 0, or auto`,
	},
	"a list that holds itself": {
		"name: x\ntoys: {signal: &s [0, *s]}\n",
		`f.yaml:2:23: the alias *s stands inside the value that it repeats, which would have no
    end`,
	},
	"a long value": {
		"name: x\nseed: " + strings.Repeat("é", 100) + "\n",
		`f.yaml:2:1: seed: is "` + strings.Repeat("é", 30) +
			`..."; want a whole number, 0 or more`,
	},
}

// wrongValues are texts with impossible values and combinations of values.
var wrongValues = map[string]wrongText{
	"values of other packages": {
		"name: x\ndata: {source: cauchy}\nmodel: {kind: forest}\nloss: {kind: nb}\ntrain:\n " +
			" width: {hold: 2}\n",
		`f.yaml:2:8: data.source: is "cauchy"; ...
f.yaml:3:9: model.kind: is "forest"; ...
f.yaml:4:8: loss.kind: is "nb"; ...
f.yaml:6:11: train.width.hold: is 2; ...`,
	},
	"a default that does not fit": {
		"name: x\ntrain:\n  epochs: 5\n",
		`f.yaml:2:1: train.checkpoints.count: is 10; must be at least 1 and at most the number of
    epochs (5) (a default)`,
	},
	"a value that the new signal lacks": {
		"name: x\ndata:\n  signal: {kind: gaussian, loc: 3}\n",
		`f.yaml:3:3: data.signal.scale: is 0; ...`,
	},
	"values in lists of other packages": {
		"name: x\ndata:\n  signal:\n    kind: bumps\n    bumps:\n    - {loc: 1, scale: 1, " +
			"fraction: 1}\n    - {loc: 2, scale: -1, fraction: 1}\n    - loc: 3\n      " +
			"scale: 1\n",
		`f.yaml:7:16: data.signal.bumps[1].scale: is -1; ...
f.yaml:8:7: data.signal.bumps[2].fraction: is 0; ...`,
	},
	"a coordinate of a list": {
		"name: x\ndata: {source: mixture, signal: {kind: uniform, low: [0, 0], high: [1, -1]}}\n",
		`f.yaml:2:72: data.signal.high[1]: is -1; ...`,
	},
	"more kernels than events": {
		"name: x\nmodel: {kernels: 50}\ndata: {expected: 20, reference: 40}\ntoys: " +
			"{signal: [0]}\n",
		`f.yaml:2:9: model.kernels: is 50, more than the 20 events expected in the data
    (data.expected)
f.yaml:2:9: model.kernels: is 50, more than the 40 rows of the reference (data.reference)`,
	},
	"more default kernels than events": {
		"name: x\ndata:\n  expected: 3\n",
		`f.yaml:3:3: model.kernels: is 5, more than the 3 events expected in the data
    (data.expected) (a default)`,
	},
	"kernels beside an expectation that cannot be read": {
		"name: x\nmodel: {kernels: 3000}\ndata: {expected: many}\n",
		`f.yaml:3:8: data.expected: is "many"; want a number`,
	},
	"kernels beside an impossible expectation": {
		"name: x\nmodel: {kernels: 5}\ndata: {expected: -1}\n",
		`f.yaml:3:8: data.expected: is -1; ...`,
	},
	"the test": {
		"name: x\ntest: {alpha: 1, combine: mean}\n",
		`f.yaml:2:8: test.alpha: is 1; must be above 0 and below 1
f.yaml:2:18: test.combine: is "mean"; want one of mix, half, min, fisher, cauchy,
    harmonic`,
	},
	"too few toys for alpha": {
		"name: x\ntoys: {null: 18}\n",
		`f.yaml:2:8: toys.null: is 18, too few for test.alpha 0.05: the smallest p-value is 1/(18 +
    1), so the test can never reject; want at least 19 null toys`,
	},
	"too small an alpha for the default toys": {
		"name: x\ntest:\n  alpha: 0.00135\n",
		`f.yaml:3:3: toys.null: is 300, too few for test.alpha 0.00135: the smallest p-value is
    1/(300 + 1), so the test can never reject; want at least 740 null toys (a default)`,
	},
	"no toys": {
		"name: x\ntoys: {null: 0, alternative: 0}\nrecord: {fits: -1}\n",
		`f.yaml:2:8: toys.null: is 0; must be at least 1
f.yaml:2:17: toys.alternative: is 0, but toys.signal lists signal strengths; want at least 1, or
    toys.signal: []
f.yaml:3:10: record.fits: is -1; must be 0 or more`,
	},
	"negative alternative toys": {
		"name: x\ntoys: {alternative: -2, signal: []}\n",
		`f.yaml:2:8: toys.alternative: is -2; must be 0 or more`,
	},
	"strengths": {
		"name: x\ntoys: {signal: [5, -1, 0, 5.0, -0.0]}\n",
		`f.yaml:2:20: toys.signal[1]: is -1; want a finite number of expected signal events, 0 or
    more
f.yaml:2:27: toys.signal[3]: is 5, which the list holds already
f.yaml:2:32: toys.signal[4]: is 0, which the list holds already`,
	},
	"auto without an observed sample": {
		"name: x\ntoys: {auto: true}\n",
		`f.yaml:2:8: toys.auto: is true, but the config lacks an observed sample to decide about
    (data.files.observed); want toys.auto: false`,
	},
	"extrapolation without an observed sample": {
		"name: x\ntest: {extrapolate: true}\n",
		`f.yaml:2:8: test.extrapolate: is true, but the config lacks an observed sample whose p-value could
    be extrapolated; want false`,
	},
	"auto with a power": {
		"name: x\ndata: {source: files, files: {reference: {file: r}, observed: {file: o}}}\n" +
			"toys: {auto: true, signal: [0]}\n",
		`f.yaml:3:8: toys.auto: is true, but a power needs a fixed number of null toys; want
    toys.auto: false, or toys.signal: []`,
	},
	"auto with a large maximum": {
		"name: x\ndata: {source: files, files: {reference: {file: r}, observed: {file: o}}}\n" +
			"toys: {auto: true, null: 100001, signal: []}\n",
		`f.yaml:3:20: toys.null: is 100001; must be at most 100000 if toys.auto is true`,
	},
	"fractions": {
		"name: x\ntoys: {fractions: [0.1, -0.2]}\n",
		`f.yaml:2:25: toys.fractions[1]: is -0.2; must be at least 0`,
	},
	"fractions of an unknown number": {
		"name: x\ndata: {source: files, files: {reference: {file: r}, signal: {file: s}, " +
			"observed: {file: o}}}\ntoys: {fractions: [0, 0.1]}\n",
		`f.yaml:3:8: toys.fractions: are fractions of data.expected, which is 0 (the number of
    observed rows); set data.expected, or toys.signal instead`,
	},
	"a test of one column": {
		"name: x\ndata: {source: gaussian, dim: 3, signal: {kind: scale, factor: 2}}\ntest: " +
			"{method: ks}\n",
		`f.yaml:3:8: test.method: is ks, which compares distributions of one column; there are 3 (a
    sliced test takes several)`,
	},
	"a default test of one column": {
		"name: x\ndata: {source: mixture, signal: {kind: scale, factor: 2}}\ntest: {method: " +
			"binned}\n",
		`f.yaml:3:8: test.method: is binned, which has bins of one column; there are 2`,
	},
	"a test of one column of files": {
		"name: x\ndata: {source: files, files: {reference: {file: r}, observed: {file: o}, " +
			"columns: [pt, eta]}}\ntoys: {signal: []}\ntest: {method: cvm}\n",
		`f.yaml:4:8: test.method: is cvm, which compares distributions of one column; there are 2
    (a sliced test takes several)`,
	},
	"a test of one component of files": {
		"name: x\ndata: {source: files, files: {reference: {file: r}, observed: {file: o}, " +
			"transform: {kind: pca, components: 4}}}\ntoys: {signal: []}\ntest: {method: ad}\n",
		`f.yaml:4:8: test.method: is ad, which compares distributions of one column; there are 4
    (a sliced test takes several)`,
	},
	"fractions and strengths": {
		"name: x\ntoys: {fractions: [0.1], signal: [10]}\n",
		`f.yaml:2:8: toys.fractions: is set as well as toys.signal; want one of them`,
	},
	"more signal than a shift can replace": {
		"name: x\ndata: {expected: 10, signal: {kind: shift, by: 1}}\n",
		`f.yaml:2:8: toys.signal[4]: is 15, more than the 10 events expected in the data
    (data.expected); signal events replace background events here (a default)`,
	},
	"more signal than events when counts are fixed": {
		"name: x\ndata: {expected: 10, counting: shape}\ntoys: {signal: [10, 11]}\n",
		`f.yaml:3:21: toys.signal[1]: is 11, more than the 10 events expected in the data
    (data.expected); signal events replace background events here`,
	},
	"two lines of description": {
		"name: x\ndescription: |\n  one\n  two\n",
		`f.yaml:2:1: description: want one line of text that can be printed`,
	},
}
