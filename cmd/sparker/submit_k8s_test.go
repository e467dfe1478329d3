package main

import (
	"bytes"
	_ "embed" // of the schemas
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"sparker/configs"
)

//go:embed testdata/kubernetes/schemas.json
var kubeSchemas string

// kubeSchema compiles the published schema of a kind of object; see testdata/kubernetes/README.md.
// Like a server that validates strictly, it allows no unknown keys.
func kubeSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(kubeSchemas))
	if err != nil {
		t.Fatal(err)
	}
	schemas := document.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	for _, schema := range schemas {
		s := schema.(map[string]any)
		if _, open := s["additionalProperties"]; !open && s["properties"] != nil {
			s["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("kubernetes.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("kubernetes.json#/components/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// kubeSchemasByKind returns the schemas of the objects of manifests.
func kubeSchemasByKind(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	return map[string]*jsonschema.Schema{"Job": kubeSchema(t, "io.k8s.api.batch.v1.Job"),
		"ConfigMap": kubeSchema(t, "io.k8s.api.core.v1.ConfigMap")}
}

// checkManifest validates the documents of a manifest against the published schemas, and returns
// them by their kinds.
func checkManifest(t *testing.T, text string) map[string]map[string]any {
	t.Helper()
	return checkKinds(t, text, kubeSchemasByKind(t))
}

// checkKinds is checkManifest for schemas by their kinds.
func checkKinds(t *testing.T, text string,
	schemas map[string]*jsonschema.Schema) map[string]map[string]any {
	t.Helper()
	documents := map[string]map[string]any{}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var document map[string]any
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return documents
		} else if err != nil {
			t.Fatal(err)
		}
		kind, _ := document["kind"].(string)
		documents[kind] = document
		encoded, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas[kind].Validate(instance); err != nil {
			t.Errorf("the %s is not valid: %v", kind, err)
		}
	}
}

// at returns the value at a path of keys and indices of a document.
func at(t *testing.T, document any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			document = document.(map[string]any)[step]
		case int:
			document = document.([]any)[step]
		}
	}
	return document
}

// kubeExpand replaces references to variables in an argument as Kubernetes does: $(NAME) by a
// variable, and $$ by $.
func kubeExpand(text string, variables map[string]string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		end := strings.IndexByte(rest, ')')
		switch {
		case strings.HasPrefix(rest, "$$"):
			b.WriteByte('$')
			i++
		case strings.HasPrefix(rest, "$(") && end > 0:
			if value, known := variables[rest[2:end]]; known {
				b.WriteString(value)
			} else {
				b.WriteString(rest[:end+1])
			}
			i += end
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// kubeWords returns the arguments of the pod of a completion index.
func kubeWords(t *testing.T, job map[string]any, index string) []string {
	t.Helper()
	var words []string
	for _, arg := range at(t, job, "spec", "template", "spec", "containers", 0,
		"args").([]any) {
		words = append(words, kubeExpand(arg.(string),
			map[string]string{"JOB_COMPLETION_INDEX": index, "HOME": "/root"}))
	}
	return words
}

// Kubernetes reads every word as it was given.
func TestKubernetesWords(t *testing.T) {
	schemas := kubeSchemasByKind(t)
	for _, word := range append(hostileWords, "a\nb.yaml", "a$$b", "---", "key: [") {
		text, err := hostileJob(word).manifest()
		if err != nil {
			t.Fatal(err)
		}
		sameWords(t, word, kubeWords(t, checkKinds(t, text, schemas)["Job"], "2"),
			hostileWanted(word, "auto/4", "2"))
	}
}

// A manifest has the config with its changes.
func TestKubernetesConfig(t *testing.T) {
	inFolder(t)
	documents := checkManifest(t, mustSucceed(t, "submit", "k8s", "tiny.yaml",
		`description="it's λ: # $x"`, "--shards", "4", "--image", "i:1", "--claim", "c", "-S",
		"model.kernels=1,2").stdout)
	sameWords(t, "the config", kubeWords(t, documents["Job"], "2")[:2], []string{"run",
		"/config/config.yaml"})
	text := at(t, documents["ConfigMap"], "data", "config.yaml").(string)
	got, err := configs.LoadSweepBytes("config.yaml", []byte(text), configs.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := configs.LoadSweep("tiny.yaml", configs.Changes{Sweeps: []string{
		"model.kernels=1,2"}, Overrides: []string{`description="it's λ: # $x"`}})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := digestOf(t, got), digestOf(t, want); a != b || len(got.Cells) != 2 {
		t.Errorf("the config of the manifest has digest %s, want %s", a, b)
	}
}

func digestOf(t *testing.T, c configs.Sweep) string {
	t.Helper()
	digest, err := c.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// The flags and the rules for failures become fields of the job. A shipped config is named.
func TestKubernetesFields(t *testing.T) {
	text := mustSucceed(t, "submit", "k8s", "quickstart", "toys.null=200",
		"--shards", "40", "--image", "i:1", "--claim", "c", "--cpus", "2", "--memory", "3G",
		"--grace", "5m", "--parallel", "8").stdout
	holds(t, "comments", text, "kubectl logs --prefix --selector job-name=sparker-quickstart")
	documents := checkManifest(t, text)
	if len(documents) != 1 {
		t.Errorf("%d documents, want a job", len(documents))
	}
	job := documents["Job"]
	sameWords(t, "quickstart", kubeWords(t, job, "0")[:3], []string{"run", "quickstart",
		"toys.null=200"})
	pod := at(t, job, "spec", "template", "spec")
	for _, c := range []struct{ got, want any }{
		{at(t, job, "spec", "completions"), 40}, {at(t, job, "spec", "parallelism"), 8},
		{at(t, job, "spec", "completionMode"), "Indexed"},
		{at(t, pod, "terminationGracePeriodSeconds"), 300},
		{at(t, pod, "containers", 0, "resources", "limits", "memory"), "3Gi"},
		{at(t, pod, "containers", 0, "resources", "requests", "cpu"), "2"},
		{at(t, pod, "securityContext", "runAsNonRoot"), true},
		{at(t, pod, "volumes", 0, "persistentVolumeClaim", "claimName"), "c"},
	} {
		if c.got != c.want {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	actions := map[any]string{}
	for _, rule := range at(t, job, "spec", "podFailurePolicy", "rules").([]any)[1:] {
		actions[at(t, rule, "onExitCodes", "values", 0)] = at(t, rule, "action").(string)
	}
	if actions[exitContinue] != "Ignore" || actions[exitUsage] != "FailJob" {
		t.Errorf("actions by exit code: %v", actions)
	}
}

// The schema finds keys that Kubernetes does not know, and values of other types.
func TestKubernetesSchemaIsStrict(t *testing.T) {
	schema := kubeSchema(t, "io.k8s.api.batch.v1.Job")
	for text, valid := range map[string]bool{
		`{"spec": {"template": {}, "completions": 3}}`:            true,
		`{"spec": {"template": {}, "completion": 3}}`:             false,
		`{"spec": {"template": {}, "completions": "3"}}`:          false,
		`{"spec": {"template": {"spec": {"containers": [{}]}}}}`:  false,
		`{"spec": {"completions": 3}}`:                            false,
		`{"spec": {"template": {"spec": {"restartpolicy": ""}}}}`: false,
	} {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := schema.Validate(instance) == nil; got != valid {
			t.Errorf("%s: valid is %v", text, got)
		}
	}
}

// Pods have the files of the claim, and the names of images follow a grammar.
func TestKubernetesRefuses(t *testing.T) {
	inFolder(t)
	table := filepath.Join(t.TempDir(), "x.csv")
	var rows strings.Builder
	rows.WriteString("x\n")
	for i := range 200 {
		fmt.Fprintf(&rows, "%d.5\n", i)
	}
	writeFile(t, table, rows.String())
	writeFile(t, "x.csv", rows.String())
	line := "submit k8s files.yaml --shards 2 --claim c --image x:1 data.files.reference.file="
	writeFile(t, "files.yaml", `name: files
data: {source: files, reference: 100, expected: 20}
toys: {"null": 20, alternative: 0, signal: []}
`)
	mustFail(t, line+table, "the pods find no file "+table)
	mustSucceed(t, strings.Fields(line+"x.csv")...)
	for image, good := range map[string]bool{"x": true, "x:1": true, "a.b:5000/c/d-e_f:V1": true,
		"x@sha256:" + strings.Repeat("0a", 32): true, "X:1": false, "a/B": false, "x:": false,
		"": false, "x y": false, "-x": false} {
		if imageName.MatchString(image) != good {
			t.Errorf("image %q: good is %v", image, !good)
		}
	}
}
