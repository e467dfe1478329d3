package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/configs"
)

// What config show prints is a config with the same meaning, also through the standard input.
func TestConfigShow(t *testing.T) {
	t.Chdir(t.TempDir())
	shown := mustSucceed(t, "config", "show", "quickstart", "seed=7", "toys.signal=[0, 3]").stdout
	holds(t, "config show", shown, "name: quickstart", "seed: 7")
	if err := os.WriteFile("copy.yaml", []byte(shown), 0o644); err != nil {
		t.Fatal(err)
	}
	if again := mustSucceed(t, "config", "show", "copy.yaml").stdout; again != shown {
		t.Errorf("showing what was shown gives\n%swant\n%s", again, shown)
	}
	if piped := sparkerWith(t, shown, "config", "show", "-"); piped.stdout != shown {
		t.Errorf("through the standard input: %+v", piped)
	}
	check := mustSucceed(t, "config", "check", "quickstart", "seed=7", "toys.signal=[0, 3]").stdout
	if copied := mustSucceed(t, "config", "check", "copy.yaml").stdout; copied != check {
		t.Errorf("the copy is %q, the original %q", copied, check)
	}
	if other := mustSucceed(t, "config", "check", "quickstart").stdout; other == check {
		t.Errorf("another seed has the same digest: %q", other)
	}
	if got := sparkerWith(t, "nmae: x\n", "config", "check", "-"); got.code != exitUsage ||
		!strings.Contains(got.stderr, "standard input:1:1") {
		t.Errorf("a bad config on the standard input: %+v", got)
	}
}

func TestConfigExplain(t *testing.T) {
	const want = `train.checkpoints
  type     block
  The epochs at which the statistic is taken. Each gives one scale.

train.checkpoints.count
  type     whole number
  default  10
  allowed  at least 1 and at most 10000 (every toy stores a number for each of
           them)
  The number m of checkpoints. It is at most the number of epochs. The last
  checkpoint is at the last epoch.

train.checkpoints.spacing
  type     word
  default  log_sigma
  allowed  one of log_sigma, epoch
  The spacing of the checkpoints: log_sigma (even in log sigma) or epoch (even
  in epochs).
`
	if got := mustSucceed(t, "config", "explain", "train.checkpoints").stdout; got != want {
		t.Errorf("config explain train.checkpoints prints\n%swant\n%s", got, want)
	}
	for _, k := range configs.Keys() {
		got := mustSucceed(t, "config", "explain", k.Path).stdout
		for line := range strings.Lines(got) {
			if n := len([]rune(line)) - 1; n > 80 {
				t.Errorf("%s: a line of %d characters: %s", k.Path, n, line)
			}
		}
	}
}

// The schema that is printed is the one of the project's own configs.
func TestConfigSchema(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(configs.SchemaPath)))
	if err != nil {
		t.Fatal(err)
	}
	if got := mustSucceed(t, "config", "schema").stdout; got != string(want) {
		t.Errorf("config schema does not print %s", configs.SchemaPath)
	}
}
