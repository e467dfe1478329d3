package main

import (
	"slices"
	"strings"
	"testing"
)

// offered returns the words that a shell is offered for the last argument, and the directive in
// front of them.
func offered(t *testing.T, args ...string) (directive string, words []string) {
	t.Helper()
	got := mustSucceed(t, append([]string{"__complete"}, args...)...)
	for line := range strings.Lines(got.stdout) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		words = append(words, word)
	}
	if len(words) == 0 {
		t.Fatalf("%q: no directive: %s", args, got.stderr)
	}
	return words[len(words)-1], words[:len(words)-1]
}

// The directives of package cobra: files, no space after a word, no files, files of some types, and
// folders.
const (
	offersFiles   = ":0"
	offersWords   = ":4"
	offersParts   = ":6"
	offersTypes   = ":8"
	offersFolders = ":16"
)

func TestCompletion(t *testing.T) {
	inFolder(t)
	dir := copyOf(t, sweepRun).dir
	for _, c := range []struct{ line, directive, want string }{
		{"run qui", offersWords, "quickstart"},
		{"run ti", offersWords, "tiny.yaml"},
		{"run no-such", offersTypes, "yaml yml"},
		{"config show paper/exp1d", offersWords, "paper/exp1d"},
		{"run quickstart train.epo", offersParts, "train.epochs="},
		{"run quickstart train.wid", offersParts, "train.width."},
		{"fit train.epo", offersParts, "train.epochs="},
		{"run quickstart loss.kind=", offersWords, "loss.kind=np loss.kind=bce loss.kind=mse"},
		{"run quickstart model.softmax=t", offersWords, "model.softmax=true"},
		{"run quickstart tests=[mmd,kn", offersParts, "tests=[mmd,knn"},
		{"run quickstart -S loss.kind=np,", offersParts, "loss.kind=np,bce loss.kind=np,mse"},
		{"run quickstart --progress ", offersWords, "auto bar plain none"},
		{"run quickstart --progress=p", offersWords, "plain"},
		{"run quickstart --shard au", offersParts, "auto auto/"},
		{"run quickstart --out ", offersFolders, ""},
		{"config explain train.epo", offersWords, "train.epochs"},
		{"config explain train.wid", offersParts, "train.width."},
		{"plot x --size s", offersWords, "screen slide"},
		{"plot x --format png,s", offersParts, "png,svg"},
		{"compare x --format ", offersWords, "text csv md json"},
		{"compare " + dir + " --by ", offersWords, "loss.kind model.kernels"},
		{"test --missing ", offersWords, "refuse drop indicator"},
		{"test --reference ", offersFiles, ""},
		{"data inspect ", offersFiles, ""},
		{"status " + dir[:len(dir)-1], offersWords, dir},
		{"status " + dir + " ", offersWords, ""},
		{"compare " + dir + " " + dir[:len(dir)-1], offersFolders, ""}, // it is given already
		{"toy quick --hypothesis n", offersWords, "null"},
		{"toy " + dir[:len(dir)-1], offersWords, dir},
		{"list ", offersWords, ""},
	} {
		directive, words := offered(t, strings.Split(c.line, " ")...)
		if directive != c.directive || strings.Join(words, " ") != c.want {
			t.Errorf("sparker %s: %q with %s; want %q with %s", c.line, words, directive, c.want,
				c.directive)
		}
	}
}

// Without a word, blocks and keys of the top level are offered, and runs of the default folder.
func TestCompletionOfNothing(t *testing.T) {
	inFolder(t)
	_, keys := offered(t, "run", "tiny.yaml", "")
	for _, key := range []string{"train.", "seed=", "test.", "preset="} {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is not offered: %q", key, keys)
		}
	}
	if len(keys) > 30 {
		t.Errorf("%d words at once; want blocks instead of their keys", len(keys))
	}
	if directive, words := offered(t, "status", ""); directive != offersFolders || len(words) > 0 {
		t.Errorf("without a run: %q, %s", words, directive)
	}
	mustSucceed(t, "run", "tiny.yaml", "--no-figures", "--progress", "none")
	_, words := offered(t, "status", "")
	if len(words) != 1 || words[0] != runFolder(t) {
		t.Errorf("runs %q; want %q", words, runFolder(t))
	}
}

// Every shell gets a script that names the program.
func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		holds(t, shell, mustSucceed(t, "completion", shell).stdout, "__complete", "sparker")
	}
}
