package main

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"
)

func (a *app) kubernetesCommand() *cobra.Command {
	var f submitFlags
	cmd := &cobra.Command{
		Use:   "k8s CONFIG [key.path=value ...] --shards N --image IMAGE --claim CLAIM",
		Short: "Print a manifest for kubectl of Kubernetes",
		Long: `k8s prints the manifest of an Indexed Job of Kubernetes: a pod for each part of a
run. The config is part of the manifest. The pods run in the root of a persistent
volume claim, which holds the files that the config names and the folder --dir.
Pods that are evicted are replaced and go on. One that fails is tried again three
times; a fault of the config ends the job. It takes Kubernetes 1.29 or later.`,
		Example: `  sparker submit k8s paper/losses --shards 16 --image registry.example.org/sparker:1 \
    --claim sparker > job.yaml
  kubectl apply -f job.yaml`,
		Args: atLeast(1, aConfig),
		RunE: action(a.submitRun(&f, (*clusterJob).manifest)),
	}
	f.define(cmd)
	cmd.Flags().StringVar(&f.image, "image", "", "run the container `IMAGE`, whose entry point is "+
		"sparker")
	cmd.Flags().StringVar(&f.claim, "claim", "", "write to the persistent volume `CLAIM`, which "+
		"all pods can write to")
	require(cmd, "image", "claim")
	return cmd
}

// The documents of a manifest, with the keys that a job needs.
type (
	kubeMeta struct {
		Name   string            `yaml:"name"`
		Labels map[string]string `yaml:"labels,omitempty"`
	}
	kubeConfigMap struct {
		APIVersion string            `yaml:"apiVersion"`
		Kind       string            `yaml:"kind"`
		Metadata   kubeMeta          `yaml:"metadata"`
		Immutable  bool              `yaml:"immutable"`
		Data       map[string]string `yaml:"data"`
	}
	kubeJob struct {
		APIVersion string      `yaml:"apiVersion"`
		Kind       string      `yaml:"kind"`
		Metadata   kubeMeta    `yaml:"metadata"`
		Spec       kubeJobSpec `yaml:"spec"`
	}
	kubeJobSpec struct {
		CompletionMode       string            `yaml:"completionMode"`
		Completions          int               `yaml:"completions"`
		Parallelism          int               `yaml:"parallelism"`
		BackoffLimitPerIndex int               `yaml:"backoffLimitPerIndex"`
		PodFailurePolicy     kubeFailurePolicy `yaml:"podFailurePolicy"`
		PodReplacementPolicy string            `yaml:"podReplacementPolicy"`
		Template             kubeTemplate      `yaml:"template"`
	}
	kubeFailurePolicy struct {
		Rules []kubeFailureRule `yaml:"rules"`
	}
	kubeFailureRule struct {
		Action          string              `yaml:"action"`
		OnExitCodes     *kubeExitCodes      `yaml:"onExitCodes,omitempty"`
		OnPodConditions []map[string]string `yaml:"onPodConditions,omitempty"`
	}
	kubeExitCodes struct {
		ContainerName string `yaml:"containerName"`
		Operator      string `yaml:"operator"`
		Values        []int  `yaml:"values,flow"`
	}
	kubeTemplate struct {
		Spec kubePod `yaml:"spec"`
	}
	kubePod struct {
		RestartPolicy                 string          `yaml:"restartPolicy"`
		TerminationGracePeriodSeconds int             `yaml:"terminationGracePeriodSeconds"`
		AutomountServiceAccountToken  bool            `yaml:"automountServiceAccountToken"`
		SecurityContext               map[string]any  `yaml:"securityContext"`
		Containers                    []kubeContainer `yaml:"containers"`
		Volumes                       []kubeVolume    `yaml:"volumes"`
	}
	kubeContainer struct {
		Name            string                       `yaml:"name"`
		Image           string                       `yaml:"image"`
		Args            []string                     `yaml:"args"`
		WorkingDir      string                       `yaml:"workingDir"`
		Resources       map[string]map[string]string `yaml:"resources"`
		SecurityContext map[string]any               `yaml:"securityContext"`
		VolumeMounts    []kubeMount                  `yaml:"volumeMounts"`
	}
	kubeMount struct {
		Name      string `yaml:"name"`
		MountPath string `yaml:"mountPath"`
		ReadOnly  bool   `yaml:"readOnly,omitempty"`
	}
	kubeVolume struct {
		Name      string            `yaml:"name"`
		Claim     map[string]string `yaml:"persistentVolumeClaim,omitempty"`
		ConfigMap map[string]string `yaml:"configMap,omitempty"`
		EmptyDir  *struct{}         `yaml:"emptyDir,omitempty"`
	}
)

// The folders of a pod, and the user that it runs as, who is not root.
const (
	podWork   = "/work"
	podConfig = "/config"
	podUser   = 65532
)

// imageName matches the names of images: those of the grammar of references in
// github.com/distribution/reference.
var imageName = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?/)?` +
	`[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*` +
	`(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,})?$`)

// checkFiles returns an error if the config names a file that is not below the working directory:
// the pods find files at their relative paths in the claim.
func (j *clusterJob) checkFiles() error {
	for _, cell := range j.config.Cells {
		e := cell.Experiment
		var paths []string
		if !e.Data.Generated() {
			var err error
			if paths, err = e.Data.Files.Paths(); err != nil {
				return err
			}
		}
		if path, isFile := e.Model.InitFile(); isFile {
			paths = append(paths, path)
		}
		for _, path := range paths {
			if !filepath.IsLocal(path) {
				return usageError("the pods find no file %s: they have only what is in the claim; "+
					"put it there, and name it by its path from the root of the claim", path)
			}
		}
	}
	return nil
}

// manifest returns the manifest of a job of Kubernetes.
func (j *clusterJob) manifest() (string, error) {
	if !filepath.IsLocal(j.dir) {
		return "", usageError("--dir is %q; want a folder in the root of the claim, such as parts",
			j.dir)
	}
	if !imageName.MatchString(j.image) {
		return "", usageError("--image is %q; want the name of an image, such as "+
			"registry.example.org/sparker:1", j.image)
	}
	if err := j.checkFiles(); err != nil {
		return "", err
	}
	text := bytes.NewBufferString(j.manifestComments())
	encoder := yaml.NewEncoder(text)
	encoder.SetIndent(2)
	var documents []any
	if !j.shipped {
		config, err := j.config.YAML()
		if err != nil {
			return "", err
		}
		documents = append(documents, kubeConfigMap{APIVersion: "v1", Kind: "ConfigMap",
			Metadata: kubeMeta{Name: j.name}, Immutable: true,
			Data: map[string]string{"config.yaml": string(config)}})
	}
	for _, document := range append(documents, j.kubeJob()) {
		if err := encoder.Encode(document); err != nil {
			return "", fmt.Errorf("encoding the manifest: %w", err)
		}
	}
	return text.String(), encoder.Close()
}

// manifestComments returns what the manifest says about itself.
func (j *clusterJob) manifestComments() string {
	return comment(
		fmt.Sprintf("%s of the %s of a run, each a pod of Kubernetes. Printed by:",
			count(j.shards, "part"), count(j.toys, "toy")),
		"  "+j.command,
		"Put the files that the config names at their relative paths into the claim, and submit:",
		"  kubectl apply -f job.yaml",
		"See how far it is:",
		"  kubectl get job "+j.name,
		"  kubectl logs --prefix --selector job-name="+j.name,
		"Merge the parts, at any time, by a pod of this image in the root of the claim. It lists",
		"what is missing:",
		"  sparker merge "+j.quotedDir()+" --out whole",
		"If parts are missing, submit the job again: complete parts end at once, others go on:",
		"  kubectl delete -f job.yaml && kubectl apply -f job.yaml")
}

// kubeJob returns the job.
func (j *clusterJob) kubeJob() kubeJob {
	parallel := j.shards
	if j.parallel > 0 {
		parallel = min(parallel, j.parallel)
	}
	exits := func(action string, code int) kubeFailureRule {
		return kubeFailureRule{Action: action, OnExitCodes: &kubeExitCodes{
			ContainerName: "sparker", Operator: "In", Values: []int{code}}}
	}
	return kubeJob{APIVersion: "batch/v1", Kind: "Job",
		Metadata: kubeMeta{Name: j.name, Labels: map[string]string{"app": "sparker"}},
		Spec: kubeJobSpec{
			CompletionMode: "Indexed", Completions: j.shards, Parallelism: parallel,
			BackoffLimitPerIndex: 3, PodReplacementPolicy: "Failed",
			PodFailurePolicy: kubeFailurePolicy{Rules: []kubeFailureRule{
				{Action: "Ignore", OnPodConditions: []map[string]string{
					{"type": "DisruptionTarget", "status": "True"}}},
				exits("Ignore", exitContinue),
				exits("FailJob", exitUsage),
			}},
			Template: kubeTemplate{Spec: j.kubePod()},
		}}
}

// kubePod returns the pod of a part.
func (j *clusterJob) kubePod() kubePod {
	size := memorySize.FindStringSubmatch(j.memory)
	amount := map[string]string{"cpu": fmt.Sprint(j.cpus), "memory": size[1] + size[2] + "i"}
	container := kubeContainer{Name: "sparker", Image: j.image, Args: j.kubeArgs(),
		WorkingDir: podWork,
		Resources:  map[string]map[string]string{"requests": amount, "limits": amount},
		SecurityContext: map[string]any{"allowPrivilegeEscalation": false,
			"readOnlyRootFilesystem": true, "capabilities": map[string][]string{"drop": {"ALL"}}},
		VolumeMounts: []kubeMount{{Name: "work", MountPath: podWork},
			{Name: "tmp", MountPath: "/tmp"}}}
	volumes := []kubeVolume{{Name: "work", Claim: map[string]string{"claimName": j.claim}},
		{Name: "tmp", EmptyDir: &struct{}{}}}
	if !j.shipped {
		container.VolumeMounts = append(container.VolumeMounts,
			kubeMount{Name: "config", MountPath: podConfig, ReadOnly: true})
		volumes = append(volumes, kubeVolume{Name: "config",
			ConfigMap: map[string]string{"name": j.name}})
	}
	return kubePod{RestartPolicy: "Never",
		TerminationGracePeriodSeconds: int(j.grace.Seconds()),
		SecurityContext: map[string]any{"runAsNonRoot": true, "runAsUser": podUser,
			"runAsGroup": podUser, "fsGroup": podUser,
			"seccompProfile": map[string]string{"type": "RuntimeDefault"}},
		Containers: []kubeContainer{container}, Volumes: volumes}
}

// kubeArgs returns the arguments of the container. Kubernetes replaces $(NAME) in them by a
// variable, and $$ by $. The config of a manifest has the changes of the command line.
func (j *clusterJob) kubeArgs() []string {
	words := j.runArgs()
	if !j.shipped {
		words = []string{"run", path.Join(podConfig, "config.yaml")}
	}
	words = append(words, "--shard", fmt.Sprintf("auto/%d", j.shards), "--dir", j.folder())
	for i, word := range words {
		words[i] = strings.ReplaceAll(word, "$", "$$")
	}
	words[len(words)-1] += "/$(JOB_COMPLETION_INDEX)"
	return append(words, j.runFlags()...)
}
