package main

import (
	"slices"
	"strings"
	"testing"
)

// If the files of a config are missing, the message has their path and the key that sets their
// folder, and nothing is written.
func TestMissingFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "own.yaml", "name: own\ndata: {source: files, files: {folder: here, reference: "+
		"{file: r.npy}}, expected: 10}\ntoys: {signal: [0]}\n")
	const where, shipped = "there is no such file; name the folder that holds it by " +
		"data.files.folder=FOLDER", "; docs/science/applications.md tells where to get it\n"
	for _, c := range []struct{ args, path, end string }{
		{"run applications/gamma", "magic_gamma/X.npy", where + shipped},
		{"run applications/gamma.yaml data.files.folder=elsewhere", "elsewhere/X.npy",
			where + shipped},
		{"plan applications/higgs", "higgs_uci/X.npy", where + shipped},
		{"toy applications/topics --hypothesis null", "agnews_lsa100/X.npy", where + shipped},
		{"run applications/ablation", "dimuon_cms/X.npy",
			"; name the folder that holds it by set=LABEL data.files.folder=FOLDER, with the " +
				"LABEL muons or images" + shipped},
		{"run applications/ablation set=muons data.files.folder=elsewhere", "elsewhere/X.npy",
			where + shipped},
		{"run own.yaml", "here/r.npy", where + "\n"},
	} {
		got := sparker(t, strings.Fields(c.args)...)
		if got.code != exitUsage || !strings.Contains(got.stderr, c.path) ||
			!strings.HasSuffix(got.stderr, c.end) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, messages\n%swant one with %q that ends in %q", c.args,
				got.code, got.stderr, c.path, c.end)
		}
	}
	if names := listing(t); !slices.Equal(names, []string{"own.yaml"}) {
		t.Errorf("left behind: %q", names)
	}
}

// A config comes from the standard input if it is called -.
func TestConfigFromStandardInput(t *testing.T) {
	t.Parallel()
	got := sparkerWith(t, tiny, "config", "check", "-", "seed=4")
	if got.code != exitOK {
		t.Errorf("exit code %d\n%s", got.code, got.stderr)
	}
	holds(t, "output", got.stdout, "tiny: the config is valid")
	wrong := sparkerWith(t, "name: x\nsed: 4\n", "config", "check", "-")
	holds(t, "message", wrong.stderr, "standard input:2:1: sed: unknown key")
}
