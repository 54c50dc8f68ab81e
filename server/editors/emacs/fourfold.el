;;; fourfold.el --- Versions, runs and comparisons of prompts  -*- lexical-binding: t; byte-compile-warnings: (not unresolved) -*-

;; Author: The authors of Fourfold
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: tools, languages

;;; Commentary:

;; Fourfold keeps the last four versions of every prompt, runs them and compares what they answer.
;; With this package and Eglot or lsp-mode, versions are chosen with completion, responses stream
;; into a buffer, Ediff shows comparisons, and the mode line tells which version is current:
;;   (add-hook 'fourfold-mode-hook #'eglot-ensure)   ; or #'lsp-deferred

;;; Code:
(require 'cl-lib)
(require 'map)
(require 'seq)
(require 'url-util)

(defvar eglot-confirm-server-initiated-edits) (defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(defcustom fourfold-command '("fourfold" "serve") "The language server and its arguments."
  :group 'tools :type '(repeat string))
(defvar-local fourfold--versions nil "The prompt's versions: a VersionList as a plist.")
(defvar-local fourfold--uri nil "The URI of the document that the buffer has.")
(defvar-local fourfold--source nil "The prompt's buffer that a document came through.")
(defvar fourfold--ediffing nil "Non-nil when Ediff takes the place of a document.")

(defun fourfold--plist (value)
  "VALUE of either client with plists for objects and lists for arrays."
  (cond ((hash-table-p value)
         (apply #'append (map-apply (lambda (key item)
                                      (list (intern (concat ":" key)) (fourfold--plist item)))
                                    value)))
        ((or (consp value) (vectorp value)) (mapcar #'fourfold--plist value))
        (t (unless (eq value :json-false) value))))
(defun fourfold--request (method params &optional callback)
  "The answer to METHOD with PARAMS; CALLBACK, if given, gets it later."
  (let ((done (and callback (lambda (answer) (funcall callback (fourfold--plist answer)))))
        (server (and (fboundp 'eglot-current-server) (eglot-current-server))))
    (when server (eglot--signal-textDocument/didChange)) ; which Eglot else does when idle
    (cond ((and server callback) (jsonrpc-async-request server method params :success-fn done))
          (server (fourfold--plist (jsonrpc-request server method params)))
          ((not (and (fboundp 'lsp-workspaces) (lsp-workspaces)))
           (user-error "No language server looks after this buffer; start Eglot or lsp-mode"))
          (callback (lsp-request-async (format "%s" method) params done :mode 'detached))
          (t (fourfold--plist (lsp-request (format "%s" method) params))))))
(defun fourfold--file-uri ()
  "The URI of the file that the buffer visits."
  (let ((name (file-truename (or buffer-file-name (user-error "This buffer has no prompt")))))
    (concat (if (string-prefix-p "/" name) "file://" "file:///")
            (url-hexify-string name `(?/ ?: ,@url-unreserved-chars)))))
(defun fourfold--execute (command &optional fields callback)
  "The answer to COMMAND with FIELDS, for CALLBACK if given, on prompt or document."
  (let ((uri (or fourfold--uri (fourfold--file-uri))))
    (with-current-buffer (or fourfold--source (current-buffer))
      (when (and (eq command 'fourfold.runStep) (buffer-modified-p))
        (basic-save-buffer)) ; its unsaved text would become a version anyway
      (fourfold--request 'workspace/executeCommand
                         `(:command ,(format "%s" command) :arguments [(:uri ,uri ,@fields)])
                         callback))))
(defun fourfold--document (uri source)
  "The buffer for the document at URI, which comes through the buffer SOURCE."
  (or (seq-find (lambda (buffer) (equal uri (buffer-local-value 'fourfold--uri buffer)))
                (buffer-list))
      (let ((path (decode-coding-string
                   (replace-regexp-in-string "\\`fourfold:/[^/]*/" "" (url-unhex-string uri)) 'utf-8)))
        (with-current-buffer (generate-new-buffer (format "*%s*" path))
          (delay-mode-hooks
            (funcall (cond ((string-suffix-p ".prompty" path) #'fourfold-mode)
                           ((fboundp 'gfm-view-mode) #'gfm-view-mode)
                           (#'text-mode))))
          (view-mode)
          (setq fourfold--uri uri fourfold--source source)
          (setq-local revert-buffer-function (lambda (&rest _) (fourfold--read)))
          (current-buffer)))))
(defun fourfold--fill (text)
  "Give the document TEXT; windows at its end stay there."
  (let ((inhibit-read-only t) (document (current-buffer))
        (at-end (seq-filter (lambda (window) (= (window-point window) (point-max)))
                            (get-buffer-window-list nil nil t))))
    (with-temp-buffer
      (insert text)
      (let ((new (current-buffer)))
        (with-current-buffer document (replace-buffer-contents new))))
    (set-buffer-modified-p nil)
    (dolist (window at-end) (set-window-point window (point-max)))))
(defun fourfold--read (&optional callback)
  "Ask for the document's text; CALLBACK is called once it is there."
  (let ((document (current-buffer)) (uri fourfold--uri))
    (with-current-buffer fourfold--source
      (fourfold--request 'workspace/textDocumentContent (list :uri uri)
                         (lambda (answer)
                           (when (buffer-live-p document)
                             (with-current-buffer document (fourfold--fill (plist-get answer :text)))
                             (when callback (run-at-time 0 nil callback))))))))
(defun fourfold--show (uri source)
  "Let the user see the document at URI, which comes through the buffer SOURCE."
  (if (and fourfold--ediffing (string-match-p "/comparison/" uri))
      (setq fourfold--ediffing nil)
    (let ((document (fourfold--document uri source)))
      (with-current-buffer document (fourfold--read (lambda () (display-buffer document))))))
  '(:success t))
(defun fourfold--annotation (version)
  "When VERSION was saved, its size, its last result, and whether it is current."
  (let ((run (plist-get version :lastRun)))
    (format "  %s  %3s words  +%s −%s  %s%s"
            (format-time-string "%F %R" (date-to-time (plist-get version :created)))
            (plist-get version :words) (plist-get version :linesAdded)
            (plist-get version :linesRemoved)
            (if (equal (plist-get run :status) "succeeded")
                (format "%.1f s%s" (/ (plist-get run :durationMs) 1000.0)
                        (if (eq (plist-get run :truncated) t) ", cut off" ""))
              (or (plist-get run :status) "not run"))
            (if (plist-get version :current) "  ● current" ""))))
(defun fourfold--read-version (prompt &optional key value)
  "Ask with PROMPT for a version's number; not for one with KEY (as VALUE)."
  (let* ((listed (fourfold--execute 'fourfold.listVersions))
         (all (mapcar (lambda (version) (cons (plist-get version :label) version))
                      (plist-get listed :versions)))
         (versions (seq-remove (lambda (each)
                                 (and key (equal (or value t) (plist-get (cdr each) key))))
                               all))
         (completion-extra-properties
          `(:annotation-function
            ,(lambda (label) (fourfold--annotation (cdr (assoc label versions)))))))
    (fourfold--versions-changed listed) ; Emacs 28 holds back what comes together with an answer
    (unless versions (user-error "There is no other version; change the prompt and save it"))
    (plist-get (cdr (assoc (completing-read prompt versions nil t nil nil (caar versions)) versions))
               :number)))

(defun fourfold-switch-version (number)
  "Give the buffer version NUMBER, and save it."
  (interactive (list (fourfold--read-version "Make current: " :current)))
  (fourfold--versions-changed ; lsp-mode drops what comes together with the answer
   (fourfold--execute 'fourfold.setCurrentVersion `(:version ,number))))
(defun fourfold-undo ()
  "Take back the last save or switch of the prompt."
  (interactive)
  (fourfold--versions-changed (fourfold--execute 'fourfold.undo)))
(defun fourfold-run ()
  "Save the prompt, and let a model answer it."
  (interactive)
  (fourfold--execute 'fourfold.runStep '(:fresh t)))
(defun fourfold--compare (versions)
  "Have all answers of VERSIONS shown with figures; their comparison."
  (fourfold--execute 'fourfold.compareVersions `(:versions [,@versions])))
(defun fourfold-run-all ()
  "Save the prompt, let a model answer every version of it, and show all answers."
  (interactive)
  (let ((runs (plist-get (fourfold--execute 'fourfold.runStep '(:versions "all")) :runs)))
    (if (cdr runs) (fourfold--compare (mapcar (lambda (run) (plist-get run :version)) runs))
      (fourfold-show-response))))
(defun fourfold-board ()
  "Open the board in the browser: all versions and their answers side by side."
  (interactive)
  (fourfold--execute 'fourfold.openBoard))
(defun fourfold-cancel ()
  "Cut responses short that still arrive, and keep their beginnings."
  (interactive)
  (fourfold--execute 'fourfold.cancelRuns))
(defun fourfold-show-response (&optional ask)
  "Show the current version's response as it streams in; with ASK, another's."
  (interactive "P")
  (fourfold--execute 'fourfold.showResponse
                     (and ask `(:version ,(fourfold--read-version "Response of: ")))))
(defun fourfold-compare (left right)
  "Show answers and figures of versions LEFT and RIGHT, or Ediff them."
  (interactive (let ((left (fourfold--read-version "Compare: ")))
                 (list left (fourfold--read-version (format "v%s with: " left) :number left))))
  (setq fourfold--ediffing t)
  (let* ((compared (fourfold--compare (list left right)))
         (pairs (append (mapcar (lambda (pair) (cons (plist-get pair :title) pair))
                                (plist-get compared :pairs))
                        '(("All, with figures"))))
         (pair (cdr (assoc (completing-read "What: " pairs nil t nil nil (caar pairs)) pairs)))
         (source (or fourfold--source (current-buffer))))
    (if (not pair) (fourfold--show (plist-get compared :uri) source)
      (let* ((one (fourfold--document (plist-get pair :left) source))
             (other (fourfold--document (plist-get pair :right) source))
             (ediff (lambda () (ediff-buffers one other))))
        (with-current-buffer one
          (fourfold--read (lambda () (with-current-buffer other (fourfold--read ediff)))))))))
(defun fourfold--visiting (uri)
  "The buffer that visits the file at URI."
  (find-buffer-visiting (replace-regexp-in-string
                         "\\`file://\\(?:/\\([A-Za-z]:\\)\\)?" "\\1"
                         (decode-coding-string (url-unhex-string uri) 'utf-8))))
(defun fourfold--save-soon (buffer)
  "Save BUFFER, once the client has done what it was asked for."
  (run-at-time 0 nil (lambda () (when (buffer-live-p buffer)
                                  (with-current-buffer buffer (basic-save-buffer))))))
(defun fourfold--attached ()
  "Ask a language server that has just come for the prompt's versions."
  (ignore-errors (fourfold--execute 'fourfold.listVersions nil #'fourfold--versions-changed)))
(defun fourfold--versions-changed (versions)
  "Keep VERSIONS, a VersionList, for the mode line of their prompt."
  (when-let ((buffer (fourfold--visiting (plist-get versions :uri))))
    (with-current-buffer buffer
      (setq fourfold--versions versions)
      (force-mode-line-update))))
(defun fourfold--handle (method params source)
  "Handle METHOD with PARAMS, which came through the buffer SOURCE.
The value is nil unless it is Fourfold's own, else a list with the answer."
  (let ((params (fourfold--plist params)))
    (pcase (format "%s" method)
      ("workspace/applyEdit"
       (dolist (change (map-nested-elt params '(:edit :documentChanges)))
         (fourfold--save-soon (fourfold--visiting (map-nested-elt change '(:textDocument :uri))))))
      ("window/showDocument"
       (list (if (eq (plist-get params :external) t)
                 (progn (browse-url (plist-get params :uri)) '(:success t))
               (fourfold--show (plist-get params :uri) source))))
      ("workspace/textDocumentContent/refresh"
       (with-current-buffer (fourfold--document (plist-get params :uri) source) (fourfold--read))
       '(nil))
      ("fourfold/versionsChanged" (list (fourfold--versions-changed params)))
      ((pred (string-prefix-p "fourfold/")) '(nil)))))
(defun fourfold-mode-line ()
  "Text such as \"v3 · 4 versions · running\"."
  (when-let ((versions (plist-get fourfold--versions :versions)))
    (format " v%s · %d version%s%s" (plist-get fourfold--versions :current) (length versions)
            (if (cdr versions) "s" "")
            (if (seq-find (lambda (each) (member (plist-get (plist-get each :lastRun) :status)
                                                 '("queued" "running")))
                          versions)
                " · running" ""))))

(defvar fourfold-mode-map (make-sparse-keymap) "The keys of a prompt.")
(map-do (lambda (key command) (define-key fourfold-mode-map (kbd key) command))
        '(("C-c C-v" . fourfold-switch-version) ("C-c C-u" . fourfold-undo)
          ("C-c C-r" . fourfold-run) ("C-c C-a" . fourfold-run-all)
          ("C-c C-k" . fourfold-cancel) ("C-c C-o" . fourfold-show-response)
          ("C-c C-d" . fourfold-compare) ("C-c C-b" . fourfold-board)))
(easy-menu-define fourfold-menu fourfold-mode-map "The menu of a prompt."
  '("Prompty" ["Switch version" fourfold-switch-version] ["Undo" fourfold-undo] "--"
    ["Run" fourfold-run] ["Run all" fourfold-run-all] ["Cancel" fourfold-cancel] "--"
    ["Show response" fourfold-show-response] ["Compare" fourfold-compare] ["Board" fourfold-board]))

;;;###autoload
(define-derived-mode fourfold-mode text-mode "Prompty"
  "Major mode for prompts of which Fourfold keeps versions."
  (setq font-lock-defaults '((("^\\(?:---\\|[a-z]+:\\)$" . font-lock-keyword-face)
                              ("{[{%#].*?[}%#]}" . font-lock-variable-name-face))
                             t))
  (setq-local mode-line-process '(:eval (fourfold-mode-line)))
  (add-hook 'eglot-managed-mode-hook #'fourfold--attached nil t)
  (add-hook 'lsp-after-open-hook #'fourfold--attached nil t)
  (add-hook 'lsp-after-apply-edits-hook (lambda (why) (when (eq why 'server-requested)
                                                        (fourfold--save-soon (current-buffer)))) nil t))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.prompty\\'" . fourfold-mode))

;;; Eglot and lsp-mode
(with-eval-after-load 'eglot
  (defclass fourfold-eglot-server (eglot-lsp-server) () "Fourfold's language server.")
  (put 'fourfold-mode 'eglot-language-id "prompty")
  (add-to-list 'eglot-server-programs
               `(fourfold-mode . ,(lambda (&rest _) (cons 'fourfold-eglot-server fourfold-command))))
  (cl-defmethod eglot-client-capabilities ((_ fourfold-eglot-server))
    (let ((all (copy-tree (cl-call-next-method))) (fixed '(:dynamicRegistration :json-false)))
      (setf (cl-getf (cl-getf all :workspace) :textDocumentContent) fixed
            (cl-getf (cl-getf all :window) :showDocument) '(:support t)
            (cl-getf all :experimental) '(:fourfold (:events t :savesSwitches t)))
      all))
  (cl-defmethod eglot-handle-request ((server fourfold-eglot-server) method &rest params)
    (let ((handled (fourfold--handle method params (car (eglot--managed-buffers server))))
          (eglot-confirm-server-initiated-edits nil)) ; the user has just asked for it
      (if handled (car handled) (cl-call-next-method))))
  (cl-defmethod eglot-handle-notification ((_ fourfold-eglot-server) method &rest params)
    (or (fourfold--handle method params nil) (cl-call-next-method))))
(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(fourfold-mode . "prompty"))
  (define-advice lsp--client-capabilities (:filter-return (all) fourfold)
    "Add what no client can add itself to ALL capabilities of Fourfold's."
    (when (assq 'fourfold (alist-get 'experimental all))
      (setq all (copy-tree all))
      (setf (alist-get 'textDocumentContent (alist-get 'workspace all))
            '((dynamicRegistration . :json-false))
            (alist-get 'showDocument (alist-get 'window all)) '((support . t))))
    all)
  (let ((handlers (make-hash-table :test 'equal)))
    (dolist (method '("window/showDocument" "workspace/textDocumentContent/refresh"
                      "fourfold/versionsChanged" "fourfold/runChanged"
                      "fourfold/workflowChanged"))
      (puthash method (lambda (workspace params)
                        (car (fourfold--handle method params
                                               (car (lsp--workspace-buffers workspace)))))
               handlers))
    (lsp-register-client
     (make-lsp-client
      :new-connection (lsp-stdio-connection (lambda () fourfold-command))
      :major-modes '(fourfold-mode) :server-id 'fourfold
      :custom-capabilities '((experimental . ((fourfold . ((events . t) (savesSwitches . t))))))
      :request-handlers handlers :notification-handlers handlers))))
(provide 'fourfold)
;;; fourfold.el ends here
