package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadFinds(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("mine.yaml", "name: mine\n")
	write("bare", "name: bare\n")
	write("quickstart", "name: shadow\n")
	write("own/quickstart.yaml", "name: own\n")
	if err := os.Mkdir("paper", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("quickstart.yaml", 0o777); err != nil {
		t.Fatal(err)
	}
	for argument, want := range map[string]string{
		"quickstart":                       "quickstart", // a bare name is a shipped config's
		"quickstart.yaml":                  "quickstart", // a folder is not a config
		"./quickstart":                     "shadow",
		"paper/exp1d":                      "exp1d",
		"paper/exp1d.yaml":                 "exp1d",
		"mine.yaml":                        "mine",
		"bare":                             "bare",
		"own/quickstart.yaml":              "own",
		filepath.Join(dir, "mine.yaml"):    "mine",
		filepath.Join("own", "..", "bare"): "bare",
	} {
		e, err := Load(argument, nil)
		if err != nil {
			t.Errorf("%s: %v", argument, err)
		} else if e.Name != want {
			t.Errorf("%s loads %q; want %q", argument, e.Name, want)
		}
	}
	write("paper/exp1d.yaml", "name: nearer\n")
	if e, err := Load("paper/exp1d.yaml", nil); err != nil || e.Name != "nearer" {
		t.Errorf("paper/exp1d.yaml loads %q (%v); want the file", e.Name, err)
	}
}

func TestLoadFindsNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("folder", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("data.npy", make([]byte, MaxSize+1), 0o666); err != nil {
		t.Fatal(err)
	}
	none := ": there is no such file, and no shipped config of this name"
	list := " (sparker list prints the shipped configs)"
	for argument, want := range map[string]string{
		"quikstart": "quikstart" + none + `, did you mean "quickstart"?` + list,
		"exp1d":     "exp1d" + none + `, did you mean "paper/exp1d"?` + list,
		"configs/quickstart.yaml": "configs/quickstart.yaml" + none +
			`, did you mean "quickstart"?` + list,
		"mine.yaml":     "mine.yaml" + none + list,
		"../quickstart": "../quickstart" + none + `, did you mean "quickstart"?` + list,
		"":              `""` + none + list,
		"folder":        "folder: is a folder; want a YAML file, or - for the standard input",
		os.DevNull: os.DevNull + ": is a device; want a YAML file, or - for the standard " +
			"input",
		"data.npy": `data.npy: is larger than 1024 KiB; this is not a config`,
		"a\x00b":   "a\x00b: cannot be read: invalid argument",
	} {
		_, err := Load(argument, nil)
		compareProblems(t, err, want)
	}
}

// TestOverridesOfAShippedConfig: positions in a shipped config are those of its file in the
// repository.
func TestOverridesOfAShippedConfig(t *testing.T) {
	t.Parallel()
	e, err := Load("quickstart", []string{"toys.null=19", "name=other"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Toys.Null != 19 || e.Name != "other" {
		t.Errorf("null %d, name %q; want 19, other", e.Toys.Null, e.Name)
	}
	_, err = Load("quickstart", []string{"data.expected=2"})
	if err == nil || !strings.HasPrefix(err.Error(), "configs/quickstart.yaml:") ||
		!strings.Contains(err.Error(), ": model.kernels: ") {
		t.Errorf("error is %v; want the line of model.kernels in configs/quickstart.yaml", err)
	}
}

func TestDefaultsAreValid(t *testing.T) {
	t.Parallel()
	e := Defaults()
	e.Name = "x"
	e.Validate(func(path, message string) { t.Errorf("%s: %s", path, message) })
	e.Toys.Null = 0
	var got []string
	e.Validate(func(path, message string) { got = append(got, path+": "+message) })
	if len(got) != 1 || got[0] != "toys.null: is 0; must be at least 1" {
		t.Errorf("problems %q; want the one of toys.null", got)
	}
}

func TestLongTextsKeepTheParsersLine(t *testing.T) {
	t.Parallel()
	text := "name: x\n" + strings.Repeat("# comment\n", maxSearchLines) + "seed: 1: 2\n"
	_, err := LoadBytes("f.yaml", []byte(text), nil)
	compareProblems(t, err, "f.yaml: not valid YAML: line 502: mapping values are not allowed "+
		"in this context")
}
